"""A condition that some rows must meet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, TableCheck
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import measure_rows
from dataops.engine.checks.wording import brief
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, parse_condition
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class ConditionalParams:
    condition: str = param(
        "", "Which rows are looked at, such as status = 'closed'",
        kind=Kind.CONDITION, required=True, example="1 = 1",
    )  # fmt: skip
    then: str = param(
        "", "What must be true for them, such as closed_at is not null",
        kind=Kind.CONDITION, required=True, example="1 = 1",
    )  # fmt: skip


class Conditional(TableCheck):
    """Of the rows that meet one condition, the share that does not meet another.

    Rows for which the second is unknown, since a value in it is missing, are left out: say
    ``is not null`` when the value must be there.
    """

    key = "conditional"
    label = "When one, then the other"
    dimension = Dimension.CONSISTENCY
    params = ConditionalParams

    def measure(self, context: Context, params: ConditionalParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        names = context.profile.names
        looked_at = exp.paren(parse_condition(params.condition, names))
        good = exp.paren(parse_condition(params.then, names))
        known = all_of([looked_at, good.is_(exp.null()).not_()])
        says = f"with {brief(params.condition)} do not meet {brief(params.then)}"
        return measure_rows(context, known, exp.not_(good), says, of="rows")
