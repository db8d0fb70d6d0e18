"""What a drift method is, beyond the bare protocol, and which columns it can look at."""

from enum import StrEnum
from typing import Protocol

from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure, DriftMethod
from dataops.engine.types import ColumnType


class Kind(StrEnum):
    """How the values of a column can be compared; OTHER is neither: dates, identifiers, no values."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    OTHER = "other"

    @classmethod
    def of(cls, type_: ColumnType) -> "Kind":
        if type_.is_numeric:
            return cls.NUMERIC
        return cls.CATEGORICAL if type_ in (ColumnType.BOOLEAN, ColumnType.TEXT) else cls.OTHER


class Method(DriftMethod, Protocol):
    """A drift method as the policy uses it; its docstring gives definition, range and source.

    ``effect`` of its measures is >= 0, and None when there was nothing to compare.
    """

    @property
    def kinds(self) -> frozenset[Kind]:
        """Columns that it applies to."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether it has a p-value; otherwise it is a distance."""
        ...

    @property
    def floor(self) -> float:
        """Smallest effect that matters by default; for a distance, its default threshold."""
        ...

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        """The measure in words, for a sentence about the column; only asked when it has an effect."""
        ...


# No rows on one side, or a method that does not fit: no statistic, no p-value, no effect.
NOTHING_MEASURED = DriftMeasure(statistic=0.0)


def distance(value: float) -> DriftMeasure:
    """Measure of a method whose statistic is its effect and which has no p-value."""
    return DriftMeasure(statistic=value, effect=value)
