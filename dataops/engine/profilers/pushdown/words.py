"""The few things our databases say differently; all else is the same expression in each."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import ClassVar

from sqlglot import exp

from dataops.engine.profilers.missing import BLANKS


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def number(value: float) -> exp.Expr:
    """A double, to the last bit: a bare 0.1 would be a decimal in some databases."""
    return exp.Cast(this=exp.Literal.string(repr(float(value))), to=exp.DType.DOUBLE.into_expr())


def whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.string(str(value)), exp.DType.BIGINT)


def trimmed(value: exp.Expr) -> exp.Expr:
    """Without what a missing policy calls blank at its ends."""
    return exp.Trim(this=value.copy(), expression=text(BLANKS))


def is_finite(value: exp.Expr) -> exp.Expr:
    """Neither infinite nor NaN, which sorts above infinity in all three."""
    return exp.and_(
        exp.GT(this=value.copy(), expression=number(float("-inf"))),
        exp.LT(this=value.copy(), expression=number(float("inf"))),
    )


def is_nan(value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=value.copy(), expression=number(float("nan")))


def when(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    """The value where the condition holds, else NULL."""
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())])


class Words:
    """The words of DuckDB; subclasses say what others call it."""

    lists_nan_last: ClassVar[bool] = True
    zoned: ClassVar[exp.DType] = exp.DType.TIMESTAMPTZ

    def text(self, value: exp.Expr) -> exp.Expr:
        """The value as text that is compared by code point, whatever the database's language."""
        return exp.cast(value, exp.DType.TEXT)

    def days(self, value: exp.Expr) -> exp.Expr:
        """Days since 1970, NULL for an infinite date."""
        epoch = exp.cast(text("1970-01-01"), exp.DType.DATE)
        return when(self.is_bounded(value), exp.Sub(this=value, expression=epoch))

    def micros(self, value: exp.Expr, *, zoned: bool) -> exp.Expr:
        """Microseconds since 1970 UTC, NULL for an infinite time."""
        return when(self.is_bounded(value), exp.Anonymous(this="EPOCH_US", expressions=[value]))

    def is_bounded(self, value: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="ISFINITE", expressions=[value.copy()])

    def in_utc(self, value: exp.Expr) -> exp.Expr:
        """A time with a zone as the time in UTC, without one."""
        return exp.AtTimeZone(this=value, zone=text("UTC"))

    def row_hash(self, columns: list[exp.Column]) -> exp.Expr:
        """The same for rows that are written alike."""
        return exp.Anonymous(this="HASH", expressions=list(columns))

    def row_number(self, content: exp.Expr) -> exp.Expr:
        """A number of the row, from 1; equal rows may swap theirs from query to query."""
        return exp.Window(this=exp.RowNumber())

    def quotient(self, value: exp.Expr, by: exp.Expr) -> exp.Expr:
        """Whole part of the quotient of two whole numbers that are not negative."""
        return exp.IntDiv(this=exp.paren(value), expression=exp.paren(by))

    def matches(self, value: exp.Expr, pattern: str) -> exp.Expr:
        return exp.RegexpLike(this=value, expression=text(_spelled_out(pattern)))

    def replaced(self, value: exp.Expr, pattern: str, sign: str) -> exp.Expr:
        """Every match of a character class made one sign."""
        arguments = [value, text(pattern), text(sign), text("g")]
        return exp.Anonymous(this="REGEXP_REPLACE", expressions=arguments)

    def shape(self, value: exp.Expr) -> exp.Expr:
        """The text with its capitals as A, small letters as a and digits as 9."""
        for pattern, sign in ((r"\p{Lu}", "A"), (r"\p{Ll}", "a"), (r"\p{Nd}", "9")):
            value = self.replaced(value, pattern, sign)
        return value


class PostgresWords(Words):
    def text(self, value: exp.Expr) -> exp.Expr:
        named = exp.Identifier(this="C", quoted=True)
        return exp.paren(exp.Collate(this=exp.cast(value, exp.DType.TEXT), expression=named))

    def micros(self, value: exp.Expr, *, zoned: bool) -> exp.Expr:
        seconds = exp.Extract(this=exp.var("EPOCH"), expression=value)
        micros = exp.cast(exp.Mul(this=seconds, expression=exp.Literal.number(1_000_000)), exp.DType.BIGINT)
        return when(self.is_bounded(value), micros)

    def row_hash(self, columns: list[exp.Column]) -> exp.Expr:
        row = exp.cast(exp.Anonymous(this="ROW", expressions=list(columns)), exp.DType.TEXT)
        return exp.Anonymous(this="MD5", expressions=[row])

    def quotient(self, value: exp.Expr, by: exp.Expr) -> exp.Expr:
        return exp.Div(this=exp.paren(value), expression=exp.paren(by), typed=True)

    def shape(self, value: exp.Expr) -> exp.Expr:
        # It has no \p{..}, and its classes follow the database's language.
        for category, sign in (("Lu", "A"), ("Ll", "a"), ("Nd", "9")):
            value = self.replaced(value, _characters(category), sign)
        return value


class SparkWords(Words):
    zoned: ClassVar[exp.DType] = exp.DType.TIMESTAMPLTZ  # its TIMESTAMP can be set to have no zone

    def days(self, value: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="UNIX_DATE", expressions=[value])

    def micros(self, value: exp.Expr, *, zoned: bool) -> exp.Expr:
        if zoned:
            return exp.Anonymous(this="UNIX_MICROS", expressions=[value])
        epoch = exp.cast(text("1970-01-01 00:00:00"), exp.DType.TIMESTAMPNTZ)
        return exp.Anonymous(this="TIMESTAMPDIFF", expressions=[exp.var("MICROSECOND"), epoch, value])

    def is_bounded(self, value: exp.Expr) -> exp.Expr:
        return exp.true()

    def in_utc(self, value: exp.Expr) -> exp.Expr:
        here = exp.Anonymous(this="CURRENT_TIMEZONE")
        local = exp.cast(value, exp.DType.TIMESTAMPNTZ)
        return exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[here, text("UTC"), local])

    def row_hash(self, columns: list[exp.Column]) -> exp.Expr:
        return exp.Anonymous(this="XXHASH64", expressions=list(columns))

    def row_number(self, content: exp.Expr) -> exp.Expr:
        # Spark numbers no rows without an order, and may make the relation anew for each mention.
        order = exp.Order(expressions=[exp.Ordered(this=content, nulls_first=True)])
        return exp.Window(this=exp.RowNumber(), order=order)

    def replaced(self, value: exp.Expr, pattern: str, sign: str) -> exp.Expr:
        return exp.Anonymous(this="REGEXP_REPLACE", expressions=[value, text(pattern), text(sign)])


WORDS: dict[str, Words] = {"duckdb": Words(), "postgres": PostgresWords(), "spark": SparkWords()}


def _spelled_out(pattern: str) -> str:
    """The pattern without (?i:..) groups, which PostgreSQL does not know."""

    def letters(match: re.Match[str]) -> str:
        return "(?:" + re.sub(r"[a-z]", lambda m: f"[{m[0]}{m[0].upper()}]", match[1]) + ")"

    return re.sub(r"\(\?i:([a-z|]+)\)", letters, re.sub(r"\(\?i\)\(\?:([a-z|]+)\)", r"(?i:\1)", pattern))


@cache
def _characters(category: str) -> str:
    """A class of all characters of a Unicode category, as ranges."""
    codes = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == category]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in ranges) + "]"
