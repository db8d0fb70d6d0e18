"""Parts of SQL from plain values: quoted, so that a value never becomes code.

Beside its own columns, a relation of rows has reserved ones, which ``SELECT *`` of a person never
shows: where a row stands in the file, a hash of the row as it was written, and, per column with
values that do not read as its type, the text of those. They begin with a space, as no name of a
column does.

Conditions are not copied when they become part of another: a rule of a wide table is built thousands
of times. Whoever asks rows copies the query that is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from math import isfinite

from sqlglot import exp

# The name by which a condition may ask the relation it is about.
DATA = "data"
# And that of the rows before, where the relation is a part.
EARLIER = " earlier"
ROW_NUMBER = " row"
CONTENT = " content"
INVALID = " invalid "


def column(name: str) -> exp.Column:
    """
    >>> print(column('the "net" sum').sql("duckdb"))
    "the ""net"" sum"
    """
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def literal(value: str | int | float | bool | date | datetime) -> exp.Expr:
    """
    >>> [literal(v).sql("duckdb") for v in ("it's", 2.5, date(2024, 2, 29))]
    ["'it''s'", '2.5', "CAST('2024-02-29' AS DATE)"]
    """
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "timestamp")
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if not isfinite(value):
        return exp.cast(exp.Literal.string(str(value)), "double")
    number = exp.Literal.number(repr(abs(value)))
    return exp.Neg(this=number) if value < 0 else number


def row_number() -> exp.Column:
    """Line of the row in its file, or its number as a record; different in every row."""
    return column(ROW_NUMBER)


def invalid_text(name: str) -> exp.Column:
    """The text of a cell that does not read as the type of its column, NULL for all others.

    Only for columns whose profile counts invalid values.
    """
    return column(INVALID + name)


def is_missing(name: str, *, has_invalid: bool = False) -> exp.Expr:
    """Rows without a value in the column; ``has_invalid`` when its profile counts invalid values."""
    absent = is_null(column(name))
    return all_of([absent, is_null(invalid_text(name))]) if has_invalid else absent


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.Null())


def negated(condition: exp.Expr) -> exp.Expr:
    return exp.not_(condition, copy=False)


def repeats() -> exp.Expr:
    """Rows that are written like an earlier row."""
    first = exp.select(exp.Min(this=row_number())).from_(DATA).group_by(column(CONTENT))
    return exp.not_(exp.In(this=row_number(), query=exp.Subquery(this=first)))


def all_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return exp.and_(*conditions, copy=False)


def any_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return exp.or_(*conditions, copy=False)
