"""Two columns of a row that must compare."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import TableCheck
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import existing, measure_rows, text_of, valid
from dataops.engine.errors import InvalidPlan
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, column
from dataops.engine.types import Dimension

OPERATORS: dict[str, type[exp.Binary]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">=": exp.GTE,
    ">": exp.GT,
}


@dataclass(frozen=True, slots=True)
class CompareColumnsParams:
    left: str = param("", "Column on the left", kind=Kind.COLUMN, required=True)
    operator: str = param("<=", "How it compares", choices=tuple(OPERATORS))
    right: str = param("", "Column on the right", kind=Kind.COLUMN, required=True)


class CompareColumns(TableCheck):
    """Share of rows in which two columns do not compare as they must, such as start <= end.

    Rows with a missing or invalid value in one of them are left out. Numbers compare as numbers,
    dates and times as times, everything else as text. NaN is above every number.
    """

    key = "compare_columns"
    label = "Compare two columns"
    dimension = Dimension.CONSISTENCY
    params = CompareColumnsParams

    def measure(self, context: Context, params: CompareColumnsParams) -> Measurement:
        left, right = existing(context, (params.left, params.right))
        numbers = left.type.is_numeric and right.type.is_numeric
        times = left.type.is_temporal and right.type.is_temporal
        if left.type == right.type or numbers or times:
            sides: list[exp.Expr] = [column(left.name), column(right.name)]
        elif params.operator in ("=", "!="):
            sides = [text_of(left), text_of(right)]
        else:
            raise InvalidPlan(f"{left.name} ({left.type}) and {right.name} ({right.type}) have no order")
        good = OPERATORS[params.operator](this=sides[0], expression=sides[1])
        says = f"do not have {params.left} {params.operator} {params.right}"
        return measure_rows(context, all_of([valid(left), valid(right)]), exp.not_(good), says, of="rows")
