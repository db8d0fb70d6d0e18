"""Counting rows by conditions, for what a profile does not decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, nothing, of_share
from dataops.engine.checks.wording import share
from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, CopiedRows, Measurement, Rows
from dataops.engine.sql import (
    DATA,
    all_of,
    column,
    invalid_text,
    is_missing,
    is_null,
    literal,
    negated,
    row_number,
)
from dataops.engine.types import ColumnType

# Of a column that is held against another source from its database: so many are held in memory.
MOST_VALUES = 1_000_000
NAMED_VALUES = 1_000


def present(found: ColumnProfile) -> exp.Expr:
    """Rows that hold a value, whether it reads as the column's type or not."""
    return negated(is_missing(found.name, has_invalid=bool(found.invalid)))


def valid(found: ColumnProfile) -> exp.Expr:
    """Rows whose value reads as the column's type."""
    return negated(is_null(column(found.name)))


def text_of(found: ColumnProfile) -> exp.Expr:
    """The value as text, also one that does not read as the column's type."""
    is_text = found.type in (ColumnType.TEXT, ColumnType.EMPTY)
    text = column(found.name) if is_text else exp.cast(column(found.name), "varchar")
    return exp.func("coalesce", text, invalid_text(found.name)) if found.invalid else text


def repeats_earlier_part(context: Context, keys: Sequence[ColumnProfile]) -> exp.Expr | None:
    """Rows whose key is one of the rows before, of a table that grows; None where those are not at hand."""
    earlier = context.rows.earlier if context.rows else None
    if earlier is None:
        return None
    known = exp.select(*(column(key.name) for key in keys)).from_(earlier)
    mine = [column(key.name) for key in keys]
    key = mine[0] if len(mine) == 1 else exp.Tuple(expressions=mine)
    return exp.In(this=key, query=exp.Subquery(this=known))


def joined_text(texts: list[exp.Expr]) -> exp.Expr:
    """One text that differs when any of the texts does; a missing one is not an empty one."""
    lengths = [
        exp.func(
            "coalesce",
            exp.DPipe(
                this=exp.cast(exp.Length(this=text.copy()), "varchar"),
                expression=exp.DPipe(this=exp.Literal.string(":"), expression=text),
            ),
            exp.Literal.string("-"),
        )
        for text in texts
    ]
    return exp.Concat(expressions=lengths) if len(lengths) > 1 else lengths[0]


def key_of(found: ColumnProfile) -> list[exp.Expr]:
    """What values are told apart by."""
    return [column(found.name), *([invalid_text(found.name)] if found.invalid else [])]


def existing(context: Context, names: Iterable[str]) -> list[ColumnProfile]:
    """The named columns; raises InvalidPlan for one that is not in the data."""
    found = []
    for name in names:
        profile = context.profile.column(name)
        if profile is None:
            known = ", ".join(context.profile.names[:20])
            raise InvalidPlan(f"there is no column {name!r} in the data; known: {known}")
        found.append(profile)
    return found


def count(rows: Rows, condition: exp.Expr) -> int:
    query = exp.select(exp.Count(this=exp.Star())).from_(rows.table).where(condition)
    return int(rows.query(query)[0][0])


def tally(rows: Rows, evaluated: exp.Expr, bad: exp.Expr) -> tuple[int, int]:
    """Number of ``evaluated`` rows, and of the ``bad`` ones among them; one look at the rows if possible."""
    if bad.find(exp.Query):  # Not every database takes a subquery elsewhere than in WHERE.
        looked_at = count(rows, evaluated)
        return looked_at, count(rows, all_of([evaluated, bad])) if looked_at else 0
    counts = [
        exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))]))
        for condition in (evaluated.copy(), all_of([evaluated, bad]))
    ]
    looked_at, failed = rows.query(exp.Select(expressions=counts, from_=exp.From(this=rows.table)))[0]
    return int(looked_at), int(failed)


def measure_rows(
    context: Context, evaluated: exp.Expr, bad: exp.Expr, says: str, *, of: str = "values"
) -> Measurement:
    """The share of the ``evaluated`` rows that are ``bad``; a row of which neither can be said is not."""
    if context.rows is None:
        return NEEDS_ROWS
    return of_tally(tally(context.rows, evaluated, bad), evaluated, bad, says, of=of)


def of_tally(
    tallied: tuple[int, int], evaluated: exp.Expr, bad: exp.Expr, says: str, *, of: str = "values"
) -> Measurement:
    """The same, of what was counted already."""
    looked_at, failed = tallied
    if not looked_at:
        return nothing(f"there are no {of} to look at")
    failing = all_of([evaluated, bad])
    return of_share(looked_at, failed, f"{share(failed, looked_at)} {of} {says}", failing=failing)


def measure_apart(
    rows: Rows, found: ColumnProfile, other: CopiedRows, known: exp.Query, says: str, *, as_text: bool
) -> Measurement:
    """The share of the values of a column that are not in the answer of ``other`` to ``known``.

    For rows that cannot be asked together with those of another source: their different values are
    counted where they are and looked up there. Raises InvalidPlan for too many of them.
    """
    value, times = column(found.name), exp.Count(this=exp.Star())
    counted = exp.select(value, times).from_(rows.table).where(valid(found)).group_by(value)
    values = rows.query(counted.limit(MOST_VALUES + 1))
    if len(values) > MOST_VALUES:
        raise InvalidPlan(
            f"more than {MOST_VALUES:,} different values are not taken out of their database to be looked up"
            " in another source; let this source be copied here for its checks"
        )
    if not values:
        return nothing("there are no values to look at")
    unknown = [values[place] for place in other.lacking([one for one, _ in values], known, as_text=as_text)]
    looked_at, failed = sum(n for _, n in values), sum(n for _, n in unknown)
    # Each of them stands in a row at least: enough for every sample.
    failing = exp.In(this=value, expressions=[literal(one) for one, _ in unknown[:NAMED_VALUES]])
    return of_share(looked_at, failed, f"{share(failed, looked_at)} values {says}", failing=failing)


def numbered(query: exp.Select, condition: exp.Expr) -> exp.Expr:
    """Rows whose number the query ``row`` of a subquery gives, of those that meet a condition of it."""
    found = exp.select(column("row")).from_(query.subquery("seen")).where(condition)
    return exp.In(this=row_number(), query=exp.Subquery(this=found))


def all_rows(*columns: exp.Expr) -> exp.Select:
    """Every row with its number, called row."""
    return exp.select(exp.alias_(row_number(), "row", quoted=True), *columns).from_(exp.to_table(DATA))


def window(
    function: exp.Expr, partition: Iterable[exp.Expr] = (), order: Iterable[exp.Expr] = ()
) -> exp.Expr:
    ordered = list(order)
    return exp.Window(
        this=function,
        partition_by=list(partition),
        order=exp.Order(
            expressions=[exp.Ordered(this=o) if not isinstance(o, exp.Ordered) else o for o in ordered]
        )
        if ordered
        else None,
    )


def first_of(keys: Iterable[exp.Expr]) -> exp.Expr:
    """Number of the first row with these keys."""
    return window(exp.Min(this=row_number()), keys)


def rows_of(context: Context, source: str) -> CopiedRows:
    """The rows of another source. Raises InvalidPlan, with the reason, when they cannot be had."""
    try:
        return context.references[source]
    except KeyError as error:
        raise InvalidPlan(str(error.args[0])) from error
