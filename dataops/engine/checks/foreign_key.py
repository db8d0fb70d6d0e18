"""Values that another source does not have."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, ColumnCheck, nothing
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import measure_apart, measure_rows, rows_of, text_of, valid
from dataops.engine.errors import InvalidPlan
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import column
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class ForeignKeyParams:
    source: str = param("", "Source that holds the known values", kind=Kind.SOURCE, required=True)
    column: str = param("", "Column of that source; empty for the one of the same name", kind=Kind.TEXT)


class ForeignKey(ColumnCheck):
    """Share of the values that do not occur in a column of another source.

    Missing values are left out, and so are values that do not read as the column's type. Columns of
    different types are compared as text. Of data that is checked in its database the different values
    are looked up, at most a million of them.
    """

    key = "foreign_key"
    label = "Known in another source"
    dimension = Dimension.CONSISTENCY
    params = ForeignKeyParams

    def measure(self, context: Context, params: ForeignKeyParams) -> Measurement:
        found = context.column
        if context.rows is None:
            return NEEDS_ROWS
        if found is None or not found.valid:
            return nothing("there are no values to look at")
        other = rows_of(context, params.source)
        name = params.column or found.name
        known = other.profile.column(name)
        if known is None:
            raise InvalidPlan(f"source {params.source!r} has no column {name!r}")
        alike = known.type == found.type or (known.type.is_numeric and found.type.is_numeric)
        mine, theirs = (column(found.name), column(name)) if alike else (text_of(found), text_of(known))
        values = exp.select(theirs).from_(other.table).where(valid(known))
        says = f"are not in {name} of {params.source}"
        if not context.rows.joins_others:
            return measure_apart(context.rows, found, other, values, says, as_text=not alike)
        unknown = exp.not_(exp.In(this=mine, query=exp.Subquery(this=values)))
        return measure_rows(context, valid(found), unknown, says)
