"""A condition that every row must meet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, TableCheck
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import measure_rows
from dataops.engine.checks.wording import brief
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import parse_condition
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class ExpressionParams:
    condition: str = param(
        "", "True for good rows, such as price > 0", kind=Kind.CONDITION, required=True, example="1 = 1"
    )


class Expression(TableCheck):
    """Share of rows for which a condition in SQL is false.

    Rows for which it is unknown, since a value in it is missing, are left out.
    """

    key = "expression"
    label = "Condition"
    dimension = Dimension.VALIDITY
    params = ExpressionParams

    def measure(self, context: Context, params: ExpressionParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        good = exp.paren(parse_condition(params.condition, context.profile.names))
        known = good.is_(exp.null()).not_()
        return measure_rows(
            context, known, exp.not_(good), f"do not meet {brief(params.condition)}", of="rows"
        )
