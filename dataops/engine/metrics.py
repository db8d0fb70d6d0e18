"""Named numbers of a profile: one vocabulary for checks, anomalies, back-tests and trends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.registry import Registry

Scope = Literal["table", "column"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a profile has of a table, or of one of its columns.

    ``unit`` is "" for numbers in the unit of the column. A ``bounded`` one is a share in 0..1.
    ``read`` gives None where the profile does not hold the number: the mean of a text column.
    """

    key: str
    label: str
    scope: Scope
    unit: str
    bounded: bool
    read: Callable[[Profile, ColumnProfile | None], float | None]

    def of(self, profile: Profile, column: str = "") -> float | None:
        """The number in ``profile``; None for a column that is not there.

        >>> METRICS["row_count"].of(Profile(rows=3, duplicate_rows=0, bytes=10, columns=()))
        3.0
        """
        found = profile.column(column) if self.scope == "column" else None
        if self.scope == "column" and found is None:
            return None
        value = self.read(profile, found)
        return None if value is None else float(value)


METRICS: Registry[Metric] = Registry("metric")


def table_metrics() -> tuple[Metric, ...]:
    return tuple(metric for metric in METRICS if metric.scope == "table")


def column_metrics() -> tuple[Metric, ...]:
    return tuple(metric for metric in METRICS if metric.scope == "column")


def numbers_of(profile: Profile) -> dict[str, dict[str, float]]:
    """All finite metrics by column, those of the table under "": what is kept of a run for trends.

    >>> numbers_of(Profile(rows=3, duplicate_rows=0, bytes=10, columns=()))[""]["bytes"]
    10.0
    """
    places = ["", *profile.names]
    return {place: _finite(profile, place) for place in places}


def _finite(profile: Profile, place: str) -> dict[str, float]:
    metrics = column_metrics() if place else table_metrics()
    found = {metric.key: metric.of(profile, place) for metric in metrics}
    return {key: value for key, value in found.items() if value is not None and isfinite(value)}


def quantile(column: ColumnProfile, level: float) -> float | None:
    """The value of a numeric column at ``level`` in 0..1."""
    return column.quantiles.at(level) if column.quantiles and column.type.is_numeric else None


def _table(
    key: str, label: str, read: Callable[[Profile], float | None], unit: str = "", bounded: bool = False
) -> None:
    METRICS.register(Metric(key, label, "table", unit, bounded, lambda profile, column: read(profile)))


def _column(
    key: str, label: str, read: Callable[[ColumnProfile], float | None], unit: str = "", bounded: bool = False
) -> None:
    def found(profile: Profile, column: ColumnProfile | None) -> float | None:
        return read(column) if column is not None else None

    METRICS.register(Metric(key, label, "column", unit, bounded, found))


def _share(part: float | None, whole: int) -> float | None:
    return None if part is None or not whole else part / whole


def _extreme(column: ColumnProfile, value: float | int | str | None) -> float | None:
    return float(value) if column.type.is_numeric and isinstance(value, int | float) else None


def _missing_cells(profile: Profile) -> float | None:
    cells = sum(column.rows for column in profile.columns)
    return _share(sum(column.missing for column in profile.columns), cells)


def _outliers(column: ColumnProfile) -> float | None:
    return _share(column.far_outliers.count, column.finite) if column.far_outliers else None


def _zeros(column: ColumnProfile) -> float | None:
    """Known while every value of the column is counted by itself."""
    if not column.type.is_numeric or not column.frequent.complete:
        return None
    zeros = sum(count for value, count in column.frequent.values if _is_zero(value))
    return _share(zeros, column.valid)


def _is_zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False


_table("row_count", "Rows", lambda p: p.rows, "rows")
_table("column_count", "Columns", lambda p: len(p.columns), "columns")
_table("bytes", "Size", lambda p: p.bytes, "bytes")
_table("duplicate_fraction", "Duplicate rows", lambda p: _share(p.duplicate_rows, p.rows), bounded=True)
_table("missing_cell_fraction", "Missing cells", _missing_cells, bounded=True)
_column("missing_fraction", "Missing values", lambda c: _share(c.missing, c.rows), bounded=True)
_column("invalid_fraction", "Invalid values", lambda c: _share(c.invalid, c.present), bounded=True)
_column("distinct", "Distinct values", lambda c: c.distinct, "values")
_column("distinct_fraction", "Distinct share", lambda c: _share(c.distinct, c.present), bounded=True)
_column("min", "Minimum", lambda c: _extreme(c, c.minimum))
_column("max", "Maximum", lambda c: _extreme(c, c.maximum))
_column("mean", "Mean", lambda c: c.moments.mean if c.moments else None)
_column("median", "Median", lambda c: quantile(c, 0.5))
_column("std", "Standard deviation", lambda c: c.moments.std if c.moments else None)
_column("sum", "Sum", lambda c: c.moments.mean * c.moments.count if c.moments else None)
_column("zero_fraction", "Zeros", _zeros, bounded=True)
_column("outlier_fraction", "Outliers (3 IQR)", _outliers, bounded=True)
_column("mean_length", "Mean length", lambda c: c.lengths.mean if c.lengths else None, "characters")
