"""Rows that are the same but for case and spaces."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import TableCheck, nothing, within
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import (
    all_rows,
    existing,
    joined_text,
    measure_rows,
    numbered,
    present,
    text_of,
    window,
)
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import any_of, column, literal, row_number
from dataops.engine.types import ColumnType, Dimension


@dataclass(frozen=True, slots=True)
class NearDuplicatesParams:
    columns: tuple[str, ...] = param((), "Columns that are compared; empty for all", kind=Kind.COLUMNS)


class NearDuplicates(TableCheck):
    """Share of rows that an earlier row repeats but for capital letters and spaces.

    "Main  St" and "main st" are near duplicates; equal rows are none: the check of duplicate rows
    counts those. Rows with no value in any of the columns are left out.
    """

    key = "near_duplicates"
    label = "Near duplicates"
    dimension = Dimension.UNIQUENESS
    params = NearDuplicatesParams

    def measure(self, context: Context, params: NearDuplicatesParams) -> Measurement:
        compared = existing(context, params.columns or context.profile.names)
        if not any(found.type is ColumnType.TEXT for found in compared):
            return nothing("there is no text among the columns")
        written = joined_text([text_of(found) for found in compared])
        alike = joined_text([_folded(found) for found in compared])
        first = window(exp.FirstValue(this=written.copy()), [alike], [row_number()])
        seen = all_rows(exp.alias_(written, "written", quoted=True), exp.alias_(first, "first", quoted=True))
        repeats = numbered(seen, exp.NEQ(this=column("written"), expression=column("first")))
        says = f"are like an earlier one but for case and spaces{within(context)}"
        return measure_rows(context, any_of([present(c) for c in compared]), repeats, says, of="rows")


def _folded(found: ColumnProfile) -> exp.Expr:
    text = text_of(found)
    if found.type is not ColumnType.TEXT:
        return text
    squeezed = exp.Anonymous(
        this="regexp_replace", expressions=[text, literal(r"\s+"), literal(" "), literal("g")]
    )
    return exp.Lower(this=exp.Trim(this=squeezed))
