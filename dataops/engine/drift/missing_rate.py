"""Missing rate: are more rows, or fewer, without a usable value?"""

from dataops.engine.drift.exact import fisher, two_proportions
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

EXACT_BELOW = 30


def missing_p_value(missing_reference: int, reference: int, missing_current: int, current: int) -> float:
    """p-value that a row misses its value equally often on both sides.

    Two-proportion z-test; Fisher's exact test when fewer than 30 rows are missing, or fewer than 30
    are not, where the normal law is too rough.

    >>> missing_p_value(25, 1000, 0, 0) == missing_p_value(0, 1000, 0, 1000) == 1.0
    True
    """
    missing, rows = missing_reference + missing_current, reference + current
    if not missing or missing == rows or not reference or not current:
        return 1.0
    if missing < EXACT_BELOW:
        return fisher(missing_reference, reference, missing_current, current)
    if rows - missing < EXACT_BELOW:
        return fisher(reference - missing_reference, reference, current - missing_current, current)
    return two_proportions(missing_reference, reference, missing_current, current)


def unusable_fraction(column: ColumnProfile) -> float:
    """Share of rows whose value is missing, NaN, infinite or not readable as the column's type, 0..1."""
    return 1 - column.finite / column.rows if column.rows else 0.0


class MissingRate:
    """Change of the share of rows without a usable value, with its p-value.

    Missing, NaN, infinite and unreadable values count alike: a model gets nothing from any of them.
    The statistic is the change (-1..1, positive when more are missing), the effect its size. Antisymmetric.
    Source: Fisher 1935.
    """

    key = "missing_rate"
    label = "Missing values"
    kinds = frozenset(Kind)
    is_test = True
    floor = 0.02

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        if not reference.rows or not current.rows:
            return NOTHING_MEASURED
        before, after = reference.rows - reference.finite, current.rows - current.finite
        change = after / current.rows - before / reference.rows
        return DriftMeasure(change, missing_p_value(before, reference.rows, after, current.rows), abs(change))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        before, after = unusable_fraction(reference), unusable_fraction(current)
        said = f"rows without a usable value from {percent(before)} to {percent(after)}"
        unreadable = current.invalid / current.rows
        return (
            f"{said}, {percent(unreadable)} not readable as {reference.type}"
            if unreadable > after / 2
            else said
        )
