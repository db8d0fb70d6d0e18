"""Only what is new: rows beyond a watermark, profiled to be merged into what was profiled before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp, select

from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import Profile
from dataops.engine.profilers.missing import DEFAULT_POLICY, MissingPolicy
from dataops.engine.profilers.pushdown.cells import cells_of
from dataops.engine.profilers.pushdown.labels import key_of, labels
from dataops.engine.profilers.pushdown.profile import profile_relation
from dataops.engine.profilers.pushdown.relation import RelationColumn, SqlRelation
from dataops.engine.profilers.pushdown.words import WORDS, text
from dataops.engine.protocols import Progress
from dataops.engine.types import ColumnType

_TARGETS = {
    ColumnType.INTEGER: exp.DType.BIGINT,
    ColumnType.DATE: exp.DType.DATE,
    ColumnType.DATETIME: exp.DType.TIMESTAMPNTZ,
}


@dataclass(frozen=True, slots=True)
class Increment:
    """What one look at a growing relation found.

    ``new`` is the profile of the new rows alone, None when there are none; ``whole`` that of all rows so
    far, None before there is any. ``watermark`` is where the next increment begins, as text.
    """

    new: Profile | None
    whole: Profile | None
    watermark: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """The ``rows`` of a growing relation beyond ``after`` (None: from the first) up to and with ``upto``.

    ``upto`` is None when there are no such rows; ``at_upto`` is how many have that very value.
    """

    rows: SqlRelation
    after: str | None
    upto: str | None
    at_upto: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows are below a watermark now, at it, and without a value: what came late, or went."""

    below: int
    at: int
    without: int


def window_since(
    relation: SqlRelation, column: str, after: str | None, *, leave_newest: bool = False
) -> Window:
    """The rows whose ``column`` is beyond ``after``, up to the largest value there is at this moment.

    ``leave_newest`` leaves out the rows with the largest value, for values that still get rows: a day
    before it is over. Rows without a value are in no window. Asked within one snapshot of the
    database, windows that follow each other hold every row once.

    Raises InvalidPlan for a column that is not there or does not rise, or a watermark not of its type.
    """
    described = _described(relation, column)
    newer = _part(relation, described, exp.GT, after)
    upto = _largest(newer, described)
    if leave_newest and upto is not None:
        newer = _part(newer, described, exp.LT, upto)
        upto = _largest(newer, described)
    if upto is None:
        return Window(_where(relation, exp.false()), after, None)
    at_upto = _count(_part(newer, described, exp.EQ, upto))
    rows = _part(newer, described, exp.LTE, upto)
    before = _part(relation, described, exp.LTE, after).source if after is not None else None
    return Window(replace(rows, before=before), after, upto, at_upto)


def rows_at(relation: SqlRelation, column: str, value: str) -> int:
    """How many rows have this very value."""
    return _count(_part(relation, _described(relation, column), exp.EQ, value))


def standing_at(relation: SqlRelation, column: str, watermark: str, *, since: str | None = None) -> Standing:
    """Count the rows up to a watermark (of those beyond ``since``) in one scan of the column."""
    described = _described(relation, column)
    cell = exp.column(column, quoted=True)
    mark = _bound(relation, described, watermark)
    up_to: exp.Expr = exp.LTE(this=cell.copy(), expression=mark.copy())
    if since is not None:
        up_to = exp.and_(exp.GT(this=cell.copy(), expression=_bound(relation, described, since)), up_to)
    missing = exp.Is(this=cell.copy(), expression=exp.null())
    asked = (
        exp.LT(this=cell.copy(), expression=mark.copy()),
        exp.EQ(this=cell.copy(), expression=mark.copy()),
        missing.copy(),
    )
    counts = [exp.Sum(this=exp.Case().when(condition, exp.Literal.number(1))) for condition in asked]
    query = select(*(exp.alias_(count, f"c{place}") for place, count in enumerate(counts)))
    found = relation.ask(query.from_(relation.source.copy()).where(exp.or_(up_to, missing)))[0]
    return Standing(*(int(count or 0) for count in found))


def profile_since(
    relation: SqlRelation,
    column: str,
    watermark: str | None,
    *,
    so_far: Profile | None = None,
    missing: MissingPolicy = DEFAULT_POLICY,
    progress: Progress | None = None,
) -> Increment:
    """Profile the rows whose ``column`` is beyond ``watermark`` (all rows when None), and merge.

    The column must rise as rows are added: a time, a date or a whole number. Rows that come later with
    a value at or below the watermark, and rows with none, are in no increment. New rows are counted on
    the bins and values of ``so_far``, so the histogram of the whole stays exact. Rows of different
    increments differ in the column, so duplicate rows add up.

    Raises InvalidPlan for a column that is not there or cannot be a watermark, or a watermark that is
    not of its type; ValueError when ``so_far`` has other columns; and what ``profile_relation`` does.
    """
    if so_far is None and watermark is not None:
        raise InvalidPlan("a watermark needs the profile of the rows up to it")
    window = window_since(relation, column, watermark)
    if window.upto is None:
        return Increment(None, so_far, watermark)
    new = profile_relation(window.rows, missing=missing, like=so_far, progress=progress)
    return Increment(new, so_far.merge(new, disjoint=True) if so_far else new, window.upto)


def _described(relation: SqlRelation, name: str) -> RelationColumn:
    found = next((column for column in relation.columns if column.name == name), None)
    if found is None:
        raise InvalidPlan(f"there is no column {name!r}; known: {', '.join(relation.names)}")
    if not (found.kind.is_temporal or found.kind is ColumnType.INTEGER):
        raise InvalidPlan(f"{name!r} is {found.kind}; a watermark is a time, a date or a whole number")
    return found


def _largest(relation: SqlRelation, column: RelationColumn) -> str | None:
    """The largest value, as text; None without rows."""
    cells = cells_of(column, WORDS[relation.dialect], DEFAULT_POLICY)
    query = select(exp.Max(this=cells.key.copy())).from_(relation.source.copy())
    key = relation.ask(query)[0][0]
    return None if key is None else labels(column.kind, [key], zoned=column.zoned, fractions=True)[0]


def _count(relation: SqlRelation) -> int:
    query = select(exp.alias_(exp.Count(this=exp.Star()), "c0")).from_(relation.source.copy())
    return int(relation.ask(query)[0][0])


def _part(
    relation: SqlRelation, column: RelationColumn, compare: type[exp.Binary], bound: str | None
) -> SqlRelation:
    """The rows on one side of a bound; compared with the bare column, so that an index can help."""
    if bound is None:
        return relation
    cell = exp.column(column.name, quoted=True)
    return _where(relation, compare(this=cell, expression=_bound(relation, column, bound)))


def _bound(relation: SqlRelation, column: RelationColumn, bound: str) -> exp.Expr:
    if key_of(column.kind, bound) is None:
        raise InvalidPlan(f"the watermark {bound!r} is no {column.kind}")
    target = WORDS[relation.dialect].zoned if column.zoned else _TARGETS[column.kind]
    return exp.cast(text(bound), target)


def _where(relation: SqlRelation, condition: exp.Expr) -> SqlRelation:
    kept = select("*").from_(relation.source.copy()).where(condition)
    return replace(relation, source=kept.subquery("source"))
