"""Times with nothing between them for too long."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import all_rows, measure_rows, numbered, valid, window
from dataops.engine.checks.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import column, literal, row_number
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class TimeGapsParams:
    maximum_gap_hours: float = param(24.0, "Longest time without an entry", unit="hours", minimum=0)


class TimeGaps(ColumnCheck):
    """Share of the entries that come later than allowed after the one before, in the order of time.

    Missing values are passed over. The failing rows are those after a gap.
    """

    key = "time_gaps"
    label = "Gaps in time"
    dimension = Dimension.TIMELINESS
    params = TimeGapsParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_temporal

    def measure(self, context: Context, params: TimeGapsParams) -> Measurement:
        found = context.column
        if found is None or not found.type.is_temporal or not found.valid:
            return nothing("there are no dates or times")
        at = exp.Anonymous(this="epoch", expressions=[column(found.name)])
        before = window(exp.Lag(this=at.copy()), order=[column(found.name), row_number()])
        seen = all_rows(exp.alias_(at, "now", quoted=True), exp.alias_(before, "before", quoted=True))
        gap = exp.Sub(this=column("now"), expression=column("before"))
        late = numbered(seen.where(valid(found)), gap > literal(params.maximum_gap_hours * 3600))
        says = f"come more than {number(params.maximum_gap_hours)} hours after the entry before"
        return measure_rows(context, valid(found), late, says, of="entries")
