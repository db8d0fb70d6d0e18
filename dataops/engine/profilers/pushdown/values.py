"""The second question: one column grouped by value, and what is worth fetching of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp, select

from dataops.engine.profile import ColumnProfile, Frequent
from dataops.engine.profile.frequent import KEPT, NEW_KEPT
from dataops.engine.profilers.pushdown import ranks
from dataops.engine.profilers.pushdown.cells import TEMPORAL_SCALE, Cells
from dataops.engine.profilers.pushdown.labels import TEXT_KEPT, key_of, labels, storable
from dataops.engine.profilers.pushdown.relation import SqlRelation
from dataops.engine.profilers.pushdown.summary import TEXT_ASKED, Summary
from dataops.engine.profilers.pushdown.words import WORDS, Words, number, text, whole
from dataops.engine.types import ColumnType

PATTERNS_KEPT = 10
# What a row of the answer tells of.
ALL, TOP, NEW, OTHER, SHAPE, RANK = range(6)

_Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """What the database told of the different values of one column.

    ``numbers``, rising, and ``weights`` stand for all finite numbers: what lies between two that were
    fetched weighs on the upper one, so that ranks are right wherever a percentile is taken.
    """

    distinct: int
    frequent: Frequent
    patterns: tuple[tuple[str, int], ...] = ()
    numbers: NDArray[np.float64] | None = None
    weights: NDArray[np.int64] | None = None


def group(relation: SqlRelation, summary: Summary, like: ColumnProfile | None) -> Grouped:
    """The distinct values, the frequent ones, shapes of text, and numbers at the ranks of percentiles."""
    cells, words = summary.cells, WORDS[relation.dialect]
    parts = [_all(cells.kind)]
    parts += [_top(cells.kind)] if like is None else _like(cells.kind, _keys(summary, like.frequent))
    if cells.kind is ColumnType.TEXT:
        parts.append(_shapes(words))
    if cells.is_number_like:
        parts.append(ranks.picked(cells.kind, words, RANK))
    answer: dict[int, _Rows] = defaultdict(list)
    for part, *row in relation.ask(_with_bag(relation, cells, parts)):
        answer[int(part)].append(tuple(row))
    return _read(answer, summary, like)


def _with_bag(relation: SqlRelation, cells: Cells, parts: list[exp.Select]) -> exp.Query:
    """The parts, over one grouping of the column, in one query."""
    bag = (
        select(exp.alias_(cells.key.copy(), "k"), exp.alias_(exp.Count(this=exp.Star()), "n"))
        .from_(relation.source.copy())
        .where(cells.key.copy().is_(exp.null()).not_())
        .group_by(exp.Literal.number(1))
    )
    wrapped = [select("*").from_(part.subquery(f"p{place}")) for place, part in enumerate(parts)]
    joined: exp.Query = wrapped[0]
    for part in wrapped[1:]:
        joined = joined.union(part, distinct=False)
    joined = joined.with_("bag", bag)
    return joined.with_("ranked", ranks.ranked(cells.kind)) if cells.is_number_like else joined


def _part(part: int, value: exp.Expr, count: exp.Expr | str = "n") -> exp.Select:
    counted = exp.column(count) if isinstance(count, str) else exp.cast(count, exp.DType.BIGINT)
    columns = {
        "part": exp.Literal.number(part),
        "v": value,
        "m": counted,
        "c": exp.cast(text("0"), exp.DType.BIGINT),
    }
    return select(*(exp.alias_(shown, name) for name, shown in columns.items())).from_("bag")


def _shown(kind: ColumnType, value: exp.Expr | None = None) -> exp.Expr:
    value = value or exp.column("k")
    return exp.func("LEFT", value, exp.Literal.number(TEXT_ASKED)) if kind is ColumnType.TEXT else value


def _all(kind: ColumnType) -> exp.Select:
    return _part(ALL, _shown(kind, exp.Min(this=exp.column("k"))), exp.Count(this=exp.Star()))


def _top(kind: ColumnType) -> exp.Select:
    return _most_frequent(_part(TOP, _shown(kind)), KEPT)


def _most_frequent(query: exp.Select, keep: int) -> exp.Select:
    return query.order_by(exp.column("n").desc(), exp.column("k").asc()).limit(keep)


def _keys(summary: Summary, reference: Frequent) -> list[Any]:
    """Keys of the reference's values: of those that are written here as they are there."""
    cells, fractions = summary.cells, summary.count("fractions") > 0
    found = {label: key_of(cells.kind, label) for label, _ in reference.values}
    readable = {label: key for label, key in found.items() if key is not None}
    written = labels(cells.kind, list(readable.values()), zoned=cells.zoned, fractions=fractions)
    return [key for (label, key), same in zip(readable.items(), written, strict=True) if label == same]


def _like(kind: ColumnType, keys: list[Any]) -> list[exp.Select]:
    """Counts of the reference's values, the most frequent others, and the sums of all others."""
    literal = text if kind is ColumnType.TEXT else number if kind is ColumnType.FLOAT else whole
    compared = _label() if kind is ColumnType.TEXT else exp.column("k")
    known: exp.Expr = exp.false()
    if keys:
        known = exp.In(this=compared, expressions=[literal(key) for key in keys])
    others = _part(OTHER, _shown(kind, exp.Min(this=exp.column("k"))), exp.Sum(this=exp.column("n")))
    counted = exp.alias_(exp.cast(exp.Count(this=exp.Star()), exp.DType.BIGINT), "c")
    others.set("expressions", [*others.expressions[:3], counted])
    return [
        _part(TOP, _shown(kind)).where(known.copy()),
        _most_frequent(_part(NEW, _shown(kind)).where(known.copy().not_()), NEW_KEPT),
        others.where(known.not_()),
    ]


def _label() -> exp.Expr:
    """A text as it is kept, cut where it is long."""
    key = exp.column("k")
    is_long = exp.Length(this=key.copy()) > exp.Literal.number(TEXT_KEPT)
    head = exp.func("LEFT", key.copy(), exp.Literal.number(TEXT_KEPT - 1))
    cut = exp.DPipe(this=head, expression=text("…"), safe=True)
    return exp.Case(ifs=[exp.If(this=is_long, true=cut)], default=key)


def _shapes(words: Words) -> exp.Select:
    shaped = select(exp.alias_(words.shape(_label()), "k"), exp.column("n")).from_("bag")
    counted = exp.Sum(this=exp.column("n"))
    query = _part(SHAPE, exp.column("k"), counted).from_(shaped.subquery("shaped")).group_by(exp.column("k"))
    return query.order_by(exp.column("m").desc(), exp.column("v").asc()).limit(PATTERNS_KEPT)


def _read(answer: dict[int, _Rows], summary: Summary, like: ColumnProfile | None) -> Grouped:
    distinct = int(answer[ALL][0][1] or 0)
    frequent = _read_like(answer, summary, like.frequent) if like else _read_top(answer, summary)
    patterns = tuple((storable(shape), int(count)) for shape, count, _ in answer[SHAPE])
    if not summary.cells.is_number_like:
        return Grouped(distinct, frequent, tuple(sorted(patterns, key=lambda item: -item[1])))
    picked = sorted((key, int(rows)) for key, _, rows in answer[RANK])
    numbers = np.array([key for key, _ in picked], dtype=np.float64)
    up_to = np.array([rows for _, rows in picked], dtype=np.int64)
    weights = up_to - np.concatenate([[0], up_to[:-1]])
    return Grouped(distinct, frequent, (), numbers * TEMPORAL_SCALE.get(summary.cells.kind, 1.0), weights)


def _labelled(rows: _Rows, summary: Summary) -> list[tuple[str, int]]:
    """Values as the profile names them, most frequent first."""
    rows = sorted(rows, key=lambda row: -row[1])
    cells, fractions = summary.cells, summary.count("fractions") > 0
    names = labels(cells.kind, [row[0] for row in rows], zoned=cells.zoned, fractions=fractions)
    return [(name, int(row[1])) for name, row in zip(names, rows, strict=True)]


def _read_top(answer: dict[int, _Rows], summary: Summary) -> Frequent:
    values = tuple(_labelled(answer[TOP], summary))
    return Frequent(values, summary.keyed - sum(count for _, count in values))


def _read_like(answer: dict[int, _Rows], summary: Summary, reference: Frequent) -> Frequent:
    counts: Counter[str] = Counter()
    for label, count in _labelled(answer[TOP], summary):
        counts[label] += count
    # Popped: of two long texts that were cut to one label, the first has the rows of both.
    values = tuple((label, counts.pop(label, 0)) for label, _ in reference.values)
    _, new_rows, new_values = answer[OTHER][0]
    new = tuple(_labelled(answer[NEW], summary))
    return Frequent(values, int(new_rows or 0), new, int(new_rows or 0), int(new_values or 0))
