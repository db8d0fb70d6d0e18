"""Which of the sorted values a percentile or the edge of a histogram is made of.

All percentiles come from one sort: every value gets the number of rows up to it, and only values
at or beside a rank of interest are fetched. A few more come along, since ranks are found in whole
numbers; the profile is made of the values exactly as if all had been fetched.
"""

from __future__ import annotations

from sqlglot import exp, select

from dataops.engine.profile.histogram import PARTS
from dataops.engine.profile.quantiles import LEVELS
from dataops.engine.profilers.pushdown.words import Words, is_finite
from dataops.engine.types import ColumnType

_STEPS = len(LEVELS) - 1


def ranked(kind: ColumnType) -> exp.Select:
    """The different finite values ``k``, rows up to each ``c``, and all rows ``t``."""
    n = exp.Sum(this=exp.column("n"))
    frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("k"), nulls_first=False)])
    up_to = exp.Window(this=n.copy(), order=order, spec=frame)
    query = select(
        exp.column("k"),
        exp.column("n"),
        exp.alias_(exp.cast(up_to, exp.DType.BIGINT), "c"),
        exp.alias_(exp.cast(exp.Window(this=n), exp.DType.BIGINT), "t"),
    ).from_("bag")
    return query.where(is_finite(exp.column("k"))) if kind is ColumnType.FLOAT else query


def picked(kind: ColumnType, words: Words, part: int) -> exp.Select:
    """The values at the ranks of interest, each with the rows up to it."""
    columns = {
        "part": exp.Literal.number(part),
        "v": exp.column("k"),
        "m": exp.column("n"),
        "c": exp.column("c"),
    }
    query = select(*(exp.alias_(shown, name) for name, shown in columns.items())).from_("ranked")
    return query.where(exp.or_(*_conditions(words)))


def _conditions(words: Words) -> list[exp.Expr]:
    """With rows a+1 .. c of value k among t rows, numbered from 1.

    The first value that k/64 of the rows do not exceed has a < kt/64 <= c for a whole k. Percentile i
    lies between the rows floor(i(t-1)/100) + 1 and the next; one row more on either side allows for
    the rounding of i/100.
    """
    n, c, t = (exp.column(name) for name in ("n", "c", "t"))
    before = c - n
    parts, steps = exp.Literal.number(PARTS), exp.Literal.number(_STEPS)
    crosses = exp.GT(
        this=words.quotient(c * parts, t.copy()),
        expression=words.quotient((c - n) * parts, t.copy()),
    )
    last = exp.Greatest(this=t - 1, expressions=[exp.Literal.number(1)])
    low = words.quotient(
        exp.Greatest(this=before - 2, expressions=[exp.Literal.number(0)]) * steps, last.copy()
    )
    high = words.quotient((c + 2) * steps, last)
    return [
        exp.LTE(this=before, expression=exp.Literal.number(2)),
        exp.EQ(this=c.copy(), expression=t.copy()),
        crosses,
        high > low,
    ]
