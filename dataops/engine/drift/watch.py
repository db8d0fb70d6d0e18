"""Which columns can be compared by their values, and why the others cannot."""

import math

from dataops.engine.drift.measure import Kind
from dataops.engine.profile import ColumnProfile
from dataops.engine.types import ColumnType

NEARLY_UNIQUE = 0.5
BY_CHANCE = 0.001


def excluded(reference: ColumnProfile) -> str:
    """Why the values of this column say nothing about drift; empty when they do.

    Such a column keeps its missing rate: that one should stay the same whatever the values are.
    """
    if reference.type is ColumnType.EMPTY:
        return "the reference holds no value to compare with"
    if reference.type.is_temporal:
        return "dates move on by nature"
    if reference.type is ColumnType.TEXT and _nearly_unique(reference):
        return "nearly every value is different, as in names, identifiers and free text"
    if reference.type is ColumnType.INTEGER and _drawn_without_repeats(reference):
        return "every value is different, as in a running number"
    return ""


def kind_of(reference: ColumnProfile) -> Kind:
    """How the values of this column are compared; OTHER when they are not."""
    return Kind.OTHER if excluded(reference) else Kind.of(reference.type)


def retyped(reference: ColumnProfile, current: ColumnProfile) -> bool:
    """Whether the column turned into another kind of thing.

    Whole numbers and decimals are both numbers; a column without values has no type to speak of.
    """
    if ColumnType.EMPTY in (reference.type, current.type):
        return False
    return Kind.of(reference.type) is not Kind.of(current.type)


def _nearly_unique(column: ColumnProfile) -> bool:
    return column.present > 0 and column.distinct >= NEARLY_UNIQUE * column.present


def _drawn_without_repeats(column: ColumnProfile) -> bool:
    """Whether all numbers differ although chance would have repeated some.

    n draws from a span of S whole numbers are all different with chance at most exp(-n(n-1)/2S),
    the birthday bound. Below a thousandth, something hands the numbers out: a key, a counter, a clock.
    """
    low, high, n = column.minimum, column.maximum, column.present
    if not isinstance(low, int) or not isinstance(high, int) or column.distinct < n:
        return False
    return math.exp(-n * (n - 1) / (2 * (high - low + 1))) < BY_CHANCE
