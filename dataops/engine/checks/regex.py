"""Texts that do not have a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import measure_rows, present, text_of
from dataops.engine.errors import InvalidParameter
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import literal, negated
from dataops.engine.types import ColumnType, Dimension

PATTERNS_KNOWN = 1024


@dataclass(frozen=True, slots=True)
class RegexParams:
    pattern: str = param(
        "",
        "Regular expression (RE2); found anywhere in the value, ^ and $ tie it to the ends",
        required=True,
        example="^[a-z]$",
    )
    negate: bool = param(False, "The pattern must not be found")

    def __post_init__(self) -> None:
        if problem := _problem_of(self.pattern):
            raise InvalidParameter(f"{self.pattern!r} is no pattern: {problem}", parameter="pattern")


@lru_cache(PATTERNS_KNOWN)
def _problem_of(pattern: str) -> str:
    """Why a pattern is none; empty when it is one. Many rules of a wide table have the same pattern."""
    try:
        # The same engine (RE2) that the rows are asked with; it has no pattern that takes for ever.
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        return str(error)
    return ""


class Regex(ColumnCheck):
    """Share of the present values in which a pattern is not found (or is, when negated).

    Missing values are left out; numbers and dates are looked at as they are written in ISO.
    """

    key = "regex"
    label = "Pattern"
    dimension = Dimension.VALIDITY
    params = RegexParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type is ColumnType.TEXT

    def measure(self, context: Context, params: RegexParams) -> Measurement:
        column = context.column
        if column is None or not column.present:
            return nothing("all values are missing")
        found = exp.RegexpLike(this=text_of(column), expression=literal(params.pattern))
        bad = found if params.negate else negated(found)
        verb = "match" if params.negate else "do not match"
        return measure_rows(context, present(column), bad, f"{verb} {params.pattern}")
