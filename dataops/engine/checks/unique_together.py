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
)
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, column
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class UniqueTogetherParams:
    columns: tuple[str, ...] = param((), "Columns that make the key", kind=Kind.COLUMNS, required=True)


class UniqueTogether(TableCheck):
    """Share of rows that repeat the values an earlier row has in all of the key's columns.

    Rows with a missing value in the key are left out: missing values are not equal. Of a source that
    grows, the rows of each part are told apart from each other, not from those of other parts.
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
        says = f"repeat the {', '.join(params.columns)} of an earlier row{within(context)}"
        return measure_rows(context, whole, repeats, says, of="rows")
