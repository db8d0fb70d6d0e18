"""Values below or above what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing, of_share
from dataops.engine.checks.literals import Value, is_day, read_as, read_number, read_time
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import measure_rows, valid
from dataops.engine.checks.wording import share
from dataops.engine.errors import InvalidParameter
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import any_of, column, literal
from dataops.engine.types import ColumnType, Dimension


@dataclass(frozen=True, slots=True)
class ValueRangeParams:
    """One end may be left open."""

    minimum: str = param(
        "", "Smallest value allowed: a number, or a date or time such as 2024-12-31", example="0"
    )
    maximum: str = param("", "Largest value allowed", example="120")
    exclusive: bool = param(False, "The ends themselves are not allowed")

    def __post_init__(self) -> None:
        for name in ("minimum", "maximum"):
            text = getattr(self, name)
            if text and read_number(text) is None and read_time(text) is None:
                raise InvalidParameter(
                    f"{text!r} is neither a number nor a date like 2024-12-31", parameter=name
                )
        if not self.minimum and not self.maximum:
            raise InvalidParameter("give a minimum, a maximum, or both", parameter="minimum")
        low, high = read_number(self.minimum), read_number(self.maximum)
        if low is not None and high is not None and low > high:
            raise InvalidParameter(f"{self.maximum} is below the minimum {self.minimum}", parameter="maximum")


class ValueRange(ColumnCheck):
    """Share of the values outside of a range of numbers, dates or times; its ends are inside.

    Missing values, and those that do not read as the column's type, are left out. NaN is in no range.
    A maximum that is a day takes in all times of that day. When minimum and maximum of the profile
    lie inside, no second pass is needed.
    """

    key = "value_range"
    label = "Values in range"
    dimension = Dimension.VALIDITY
    params = ValueRangeParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_numeric or column.type.is_temporal

    def measure(self, context: Context, params: ValueRangeParams) -> Measurement:
        found = context.column
        if found is None or not found.valid:
            return nothing("there are no values to look at")
        if not self.applies_to(found):
            return nothing(f"the column holds {found.type}: a range needs numbers, dates or times")
        outside = _outside(found, params)
        if outside is None:
            return nothing(f"{params.minimum or params.maximum} does not fit a column of type {found.type}")
        says = f"are outside of {_range(params)}"
        if not found.nan and not found.infinite and _is_inside(found, params):
            return of_share(found.valid, 0, f"{share(0, found.valid)} values {says}")
        return measure_rows(context, valid(found), outside, says)


def _bounds(found: ColumnProfile, params: ValueRangeParams) -> tuple[Value | None, Value | None]:
    return read_as(params.minimum, found.type), read_as(params.maximum, found.type)


def _whole_day(found: ColumnProfile, params: ValueRangeParams) -> bool:
    return found.type is ColumnType.DATETIME and is_day(params.maximum) and not params.exclusive


def _outside(found: ColumnProfile, params: ValueRangeParams) -> exp.Expr | None:
    """Condition of the values outside; None when an end does not read as the column's type."""
    low, high = _bounds(found, params)
    if (params.minimum and low is None) or (params.maximum and high is None):
        return None
    value = column(found.name)
    conditions: list[exp.Expr] = []
    if low is not None:
        conditions.append(value <= literal(low) if params.exclusive else value < literal(low))
    if high is not None:
        if _whole_day(found, params):
            conditions.append(value >= literal(high + timedelta(days=1)))  # type: ignore[operator]
        else:
            conditions.append(value >= literal(high) if params.exclusive else value > literal(high))
    if found.type is ColumnType.FLOAT:
        conditions.append(exp.IsNan(this=column(found.name)))
    return any_of(conditions)


def _is_inside(found: ColumnProfile, params: ValueRangeParams) -> bool:
    """Whether the profile shows that every value is inside."""
    low, high = _bounds(found, params)
    smallest, largest = (
        read_as(str(end), found.type) if found.type.is_temporal else end
        for end in (found.minimum, found.maximum)
    )
    if smallest is None or largest is None:
        return False
    if high is not None and _whole_day(found, params):
        high = high + timedelta(days=1, microseconds=-1)  # type: ignore[operator]
    over = low is None or (smallest > low if params.exclusive else smallest >= low)  # type: ignore[operator]
    under = high is None or (largest < high if params.exclusive else largest <= high)  # type: ignore[operator]
    return bool(over and under)


def _range(params: ValueRangeParams) -> str:
    if not params.maximum:
        return f"{'above' if params.exclusive else 'at least'} {params.minimum}"
    if not params.minimum:
        return f"{'below' if params.exclusive else 'at most'} {params.maximum}"
    return f"{params.minimum} to {params.maximum}" + (", ends not allowed" if params.exclusive else "")
