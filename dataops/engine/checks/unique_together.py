"""Rows with the same key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import TableCheck, within
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import (
    all_rows,
    existing,
    first_of,
    key_of,
    measure_rows,
    numbered,
    present,
    repeats_earlier_part,
)
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, any_of, column
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class UniqueTogetherParams:
    columns: tuple[str, ...] = param((), "Columns that make the key", kind=Kind.COLUMNS, required=True)


class UniqueTogether(TableCheck):
    """Share of rows that repeat the values an earlier row has in all of the key's columns.

    Rows with a missing value in the key are left out: missing values are not equal. New rows of a
    table that grows are also held against those before, where they are in one database; of other parts
    each is looked at alone.
    """

    key = "unique_together"
    label = "Unique key"
    dimension = Dimension.UNIQUENESS
    params = UniqueTogetherParams

    def measure(self, context: Context, params: UniqueTogetherParams) -> Measurement:
        keys = existing(context, params.columns)
        whole = all_of([present(key) for key in keys])
        told_apart = [part for key in keys for part in key_of(key)]
        seen = all_rows(exp.alias_(first_of(told_apart), "first", quoted=True)).where(whole.copy())
        repeats = numbered(seen, exp.NEQ(this=column("row"), expression=column("first")))
        says = f"repeat the {', '.join(params.columns)} of an earlier row"
        again = repeats_earlier_part(context, keys)
        if again is not None:
            return measure_rows(context, whole, any_of([repeats, again]), says, of="rows")
        return measure_rows(context, whole, repeats, says + within(context), of="rows")
