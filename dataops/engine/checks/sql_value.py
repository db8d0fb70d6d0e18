"""A query that gives one number."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.bands import check_band
from dataops.engine.checks.base import NEEDS_ROWS, TableCheck, nothing, of_band
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.queries import asked
from dataops.engine.checks.wording import band, number
from dataops.engine.errors import InvalidPlan
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class SqlValueParams:
    """One end may be left open."""

    query: str = param(
        "", 'A SELECT of one number from "data"', kind=Kind.QUERY, required=True,
        example="SELECT COUNT(*) FROM data",
    )  # fmt: skip
    minimum: float | None = param(None, "Smallest number allowed", example=0.0)
    maximum: float | None = param(None, "Largest number allowed")

    def __post_init__(self) -> None:
        check_band(self.minimum, self.maximum)


class SqlValue(TableCheck):
    """How far the number a query gives lies outside of its band, as a share of the end it missed.

    The data is called ``data``. NULL means that there is nothing to measure.
    """

    key = "sql_value"
    label = "SQL: one number"
    dimension = Dimension.CONSISTENCY
    params = SqlValueParams

    def measure(self, context: Context, params: SqlValueParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        answer = context.rows.query(asked(context, params.query).limit(2))
        if len(answer) != 1 or len(answer[0]) != 1:
            raise InvalidPlan("the query must give one row with one number")
        if answer[0][0] is None:
            return nothing("the query gives NULL")
        try:
            value = float(answer[0][0])
        except (TypeError, ValueError) as error:
            raise InvalidPlan(f"the query gives {answer[0][0]!r}, which is no number") from error
        if value - value != 0:
            return nothing(f"the query gives {value}")
        message = f"the query gives {number(value)}; allowed is {band(params.minimum, params.maximum)}"
        return of_band(value, params.minimum, params.maximum, message)
