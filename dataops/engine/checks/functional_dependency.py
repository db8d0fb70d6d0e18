"""Columns that decide another one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import TableCheck
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import all_rows, existing, measure_rows, numbered, valid, window
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, column, row_number
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class FunctionalDependencyParams:
    determinant: tuple[str, ...] = param((), "Columns that decide", kind=Kind.COLUMNS, required=True)
    dependent: str = param("", "Column that is decided", kind=Kind.COLUMN, required=True)


class FunctionalDependency(TableCheck):
    """Share of rows whose value is not the usual one for what decides it, such as the city of a postcode.

    Usual is the most frequent value; of two equally frequent ones the one that came first. Rows with
    a missing or invalid value in one of the columns are left out.
    """

    key = "functional_dependency"
    label = "One decides the other"
    dimension = Dimension.CONSISTENCY
    params = FunctionalDependencyParams

    def measure(self, context: Context, params: FunctionalDependencyParams) -> Measurement:
        keys = existing(context, params.determinant)
        (decided,) = existing(context, (params.dependent,))
        whole = all_of([valid(found) for found in (*keys, decided)])
        deciding = [column(key.name) for key in keys]
        named = [exp.alias_(key, f"key{i}", quoted=True) for i, key in enumerate(deciding)]
        together = [*deciding, column(decided.name)]
        counted = all_rows(
            *named,
            exp.alias_(column(decided.name), "value", quoted=True),
            exp.alias_(window(exp.Count(this=exp.Star()), together), "often", quoted=True),
            exp.alias_(window(exp.Min(this=row_number()), together), "first", quoted=True),
        ).where(whole)
        groups = [column(f"key{i}") for i in range(len(keys))]
        order = [exp.Ordered(this=column("often"), desc=True), column("first")]
        usual = window(exp.FirstValue(this=column("value")), groups, order)
        judged = exp.select(column("row"), column("value"), exp.alias_(usual, "usual", quoted=True))
        judged = judged.from_(counted.subquery("counted"))
        unusual = exp.NEQ(this=column("value"), expression=column("usual"))
        says = f"do not have the usual {params.dependent} for their {', '.join(params.determinant)}"
        return measure_rows(context, whole, numbered(judged, unusual), says, of="rows")
