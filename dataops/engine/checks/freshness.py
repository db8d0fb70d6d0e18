"""How old the newest entry is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta

from dataops.engine.checks.base import ColumnCheck, nothing, of_band
from dataops.engine.checks.literals import is_day, read_time
from dataops.engine.checks.params import param
from dataops.engine.checks.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class FreshnessParams:
    maximum_age_hours: float = param(
        24.0, "Oldest the newest entry may be when the data arrives", unit="hours", minimum=0
    )


class Freshness(ColumnCheck):
    """By how much the newest time of a column is older than allowed, as a share of the allowed age.

    The age counts from the newest time to when the data was taken in, in UTC; a day lasts until it is
    over. Inside the value is 0; the pass rate halves with every half of the allowed age beyond it.
    Where only new rows are looked at and there are none, the newest of all rows so far is judged.
    """

    key = "freshness"
    label = "Freshness"
    dimension = Dimension.TIMELINESS
    params = FreshnessParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_temporal

    def measure(self, context: Context, params: FreshnessParams) -> Measurement:
        column = _with_rows(context)
        if column is None or not column.type.is_temporal or column.maximum is None:
            return nothing("there are no dates or times")
        newest = read_time(str(column.maximum))
        if context.at is None or newest is None:
            return nothing("not measured: it is not known when the data was taken in")
        until = newest.replace(tzinfo=UTC) + timedelta(days=is_day(str(column.maximum)))
        hours = max(0.0, (context.at - until).total_seconds() / 3600)
        message = f"the newest entry ({column.maximum}) is {number(round(hours, 1))} hours old"
        message += f"; at most {number(params.maximum_age_hours)} are allowed"
        return of_band(hours, None, params.maximum_age_hours, message)


def _with_rows(context: Context) -> ColumnProfile | None:
    """The column, of the rows before where none is new."""
    column = context.column
    if column is None or context.profile.rows or context.part is None or context.part.so_far is None:
        return column
    return context.part.so_far.column(column.name)
