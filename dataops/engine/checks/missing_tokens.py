"""Values that may mean that there is none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing, of_share
from dataops.engine.checks.literals import readable
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import text_of
from dataops.engine.checks.stand_ins import stand_ins
from dataops.engine.checks.tokens import NO_VALUE
from dataops.engine.checks.wording import share, some
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import column as named
from dataops.engine.sql import literal
from dataops.engine.types import ColumnType, Dimension, Severity


@dataclass(frozen=True, slots=True)
class MissingTokensParams:
    tokens: tuple[str, ...] = param(
        NO_VALUE, "Values that look like none; case and spaces around do not matter"
    )


class MissingTokens(ColumnCheck):
    """Share of the present values that look as if they meant none, such as NA, a dash, -999 or 1900-01-01.

    They are offered, never assumed: NA is also Namibia. Whoever knows adds them to the source's
    missing-value tokens, or to those of the column. Only the values the profile keeps are looked at,
    the 100 most frequent and 10 of those that do not read as the column's type, so that no second
    pass is needed. A number or date must be one that programs write for no value, be the smallest or
    largest, lie apart from all others, and occur twice as often as the values do on average.
    """

    key = "missing_tokens"
    label = "Values that may mean none"
    dimension = Dimension.COMPLETENESS
    params = MissingTokensParams
    default_limits = Limits(warn=0.0)
    severity = Severity.INFO
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type is ColumnType.TEXT or column.invalid > 0 or bool(stand_ins(column))

    def measure(self, context: Context, params: MissingTokensParams) -> Measurement:
        column = context.column
        if column is None or not column.present:
            return nothing("all values are missing")
        tokens = {token.strip().lower() for token in params.tokens}
        kept = dict(column.frequent.values) | dict(column.invalid_values)
        found = {value: rows for value, rows in kept.items() if value.strip().lower() in tokens}
        written = dict(stand_ins(column))
        rows = sum(found.values()) + sum(written.values())
        message = f"{share(rows, column.present)} values look as if they meant none"
        values = [*found, *written]
        if values:
            message += f": {some(values)}; if they do, add them to the missing-value tokens"
        details = {"values": values, "words": list(found.items()), "stand_ins": list(written.items())}
        text = exp.Lower(this=exp.Trim(this=text_of(column)))
        failing: exp.Expr = exp.In(this=text, expressions=[literal(token) for token in sorted(tokens)])
        if stands := readable(written, column.type):
            same = exp.In(this=named(column.name), expressions=[literal(value) for value in stands])
            failing = exp.or_(failing, same)
        return of_share(column.present, rows, message, failing=failing, details=details)
