"""Values that occur more than once."""

from __future__ import annotations

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing, of_share, within
from dataops.engine.checks.params import NoParams
from dataops.engine.checks.rowwise import key_of, measure_rows, present, repeats_earlier_part
from dataops.engine.checks.wording import share
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import DATA, all_of, any_of, row_number
from dataops.engine.types import Dimension


class Unique(ColumnCheck):
    """Share of the present values that repeat an earlier one: three equal values are two repeats.

    Missing values are left out. The profile decides it, and no second pass is needed. New rows of a
    table that grows are also held against those before, where they are in one database; of other parts
    each is looked at alone.
    """

    key = "unique"
    label = "Unique values"
    dimension = Dimension.UNIQUENESS

    def measure(self, context: Context, params: NoParams) -> Measurement:
        column = context.column
        if column is None or not column.present:
            return nothing("all values are missing")
        repeated = column.present - column.distinct
        first = exp.select(exp.Min(this=row_number())).from_(DATA).where(present(column))
        first = first.group_by(*key_of(column))
        later = exp.not_(exp.In(this=row_number(), query=exp.Subquery(this=first)))
        again = repeats_earlier_part(context, [column])
        if again is not None:
            return measure_rows(context, present(column), any_of([later, again]), "repeat an earlier one")
        message = f"{share(repeated, column.present)} values repeat an earlier one"
        if not column.exact:
            message += ", about"
        message += within(context)
        return of_share(column.present, repeated, message, failing=all_of([present(column), later]))
