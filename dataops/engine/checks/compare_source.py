"""A number of this table against the same of another source."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.base import NEEDS_ROWS, TableCheck, nothing, of_band
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import rows_of
from dataops.engine.checks.wording import number, percent
from dataops.engine.errors import InvalidParameter
from dataops.engine.metrics import METRICS
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension
from dataops.engine.units import FRACTION


@dataclass(frozen=True, slots=True)
class CompareSourceParams:
    source: str = param("", "The other source", kind=Kind.SOURCE, required=True)
    metric: str = param("row_count", "What is compared", choices=METRICS.keys())
    column: str = param("", "Column, for a number of a column", kind=Kind.COLUMN)
    tolerance: float = param(
        0.0, "Allowed difference, as a share of the other source's number", unit=FRACTION, minimum=0
    )

    def __post_init__(self) -> None:
        if METRICS[self.metric].scope == "column" and not self.column:
            raise InvalidParameter(f"{self.metric} is a number of a column: name it", parameter="column")


class CompareSource(TableCheck):
    """How far a number lies from that of another source beyond the tolerance, as a share of the limit."""

    key = "compare_source"
    label = "Compare with another source"
    dimension = Dimension.CONSISTENCY
    params = CompareSourceParams

    def measure(self, context: Context, params: CompareSourceParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        other = rows_of(context, params.source)
        metric = METRICS[params.metric]
        mine, theirs = metric.of(context.profile, params.column), metric.of(other.profile, params.column)
        what = f"{metric.label.lower()} of {params.column}" if params.column else metric.label.lower()
        if mine is None or theirs is None:
            return nothing(f"{'this source' if mine is None else params.source} has no {what}")
        slack = abs(theirs) * params.tolerance
        message = f"{what}: {number(mine)} here, {number(theirs)} in {params.source}"
        message += f"; allowed is a difference of {percent(params.tolerance)}"
        return of_band(mine, theirs - slack, theirs + slack, message)
