"""Between which numbers the values of a column lie."""

from __future__ import annotations

from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View
from dataops.engine.types import ColumnType

REACH = 3.0


def propose(view: View) -> Iterator[Suggestion]:
    """What was seen, and three interquartile ranges beyond the quartiles; never below 0 if nothing was."""
    for column in view.columns:
        q, low, high = column.quantiles, column.minimum, column.maximum
        if not column.type.is_numeric or q is None or column.finite < FEWEST:
            continue
        if not isinstance(low, int | float) or not isinstance(high, int | float) or low == high:
            continue
        if column.type is ColumnType.INTEGER and column.distinct == column.rows:
            continue  # Numbers that only name their rows go on rising.
        spread = REACH * (q.at(0.75) - q.at(0.25))
        least, most = min(low, q.at(0.25) - spread), max(high, q.at(0.75) + spread)
        if low >= 0:
            least = max(least, 0)
        whole = column.type is ColumnType.INTEGER
        params = {"minimum": _text(least, whole=whole), "maximum": _text(most, whole=whole)}
        evidence = f"{column.name}: {of(column.finite, column.present)} from {low:,} to {high:,}"
        yield Suggestion(
            CheckSpec("value_range", column=column.name, params=params),
            "",
            evidence,
            column.valid,
            column.finite,
        )


def _text(value: float, *, whole: bool) -> str:
    return str(round(value)) if whole else repr(float(f"{value:.12g}"))
