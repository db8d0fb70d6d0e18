"""Texts that do not have a known format."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, ColumnCheck, nothing, of_share
from dataops.engine.checks.formats import FORMATS, TextFormat
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import count, present, text_of
from dataops.engine.checks.wording import share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of, any_of, literal
from dataops.engine.types import ColumnType, Dimension

# Values that have the pattern but break the rule are named in the condition, up to so many.
NAMED = 1000


@dataclass(frozen=True, slots=True)
class FormatParams:
    name: str = param("", "Format every value has", choices=FORMATS.keys(), required=True, example="slug")


class Format(ColumnCheck):
    """Share of the present values that do not have a format as a whole, spaces around them included.

    Missing values are left out. What no pattern can say, such as check digits, is looked at for every
    different value. Numbers and dates are looked at as they are written in ISO. Country, currency
    and language codes are the assigned ones of ISO 3166-1, 4217 and 639-1. A postcode is 3 to 10
    letters and digits: whether a country has it is not looked up.
    """

    key = "format"
    label = "Format"
    dimension = Dimension.VALIDITY
    params = FormatParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type is ColumnType.TEXT

    def measure(self, context: Context, params: FormatParams) -> Measurement:
        column = context.column
        if context.rows is None:
            return NEEDS_ROWS
        if column is None or not column.present:
            return nothing("all values are missing")
        wanted = FORMATS[params.name]
        shaped = exp.Anonymous(
            this="regexp_full_match", expressions=[text_of(column), literal(wanted.pattern)]
        )
        misshapen = all_of([present(column), exp.not_(shaped)])
        failed = count(context.rows, misshapen)
        broken, rows = _broken(context, column, wanted, all_of([present(column), shaped]))
        named = [exp.In(this=text_of(column), expressions=[literal(v) for v in broken])] if broken else []
        return of_share(
            column.present,
            failed + rows,
            f"{share(failed + rows, column.present)} values are not of the format {wanted.label}",
            failing=any_of([misshapen, *named]),
            details={"misshapen": failed, "broken": rows},
        )


def _broken(
    context: Context, column: ColumnProfile, wanted: TextFormat, shaped: exp.Expr
) -> tuple[list[str], int]:
    """Values with the pattern that break the rule, the first so many of them, and the rows they are in."""
    if wanted.verified is None or context.rows is None:
        return [], 0
    text = text_of(column)
    different = exp.select(text, exp.Count(this=exp.Star())).from_(context.rows.table).where(shaped)
    found = [
        (value, n)
        for value, n in context.rows.query(different.group_by(text.copy()))
        if not wanted.verified(value)
    ]
    return [value for value, _ in found[:NAMED]], sum(n for _, n in found)
