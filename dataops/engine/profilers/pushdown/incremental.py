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
    (ColumnType.INTEGER, False): exp.DType.BIGINT,
    (ColumnType.DATE, False): exp.DType.DATE,
    (ColumnType.DATETIME, False): exp.DType.TIMESTAMPNTZ,
    (ColumnType.DATETIME, True): exp.DType.TIMESTAMPTZ,
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
    described = _described(relation, column)
    upper = _largest(_part(relation, described, exp.GT, watermark), described)
    if upper is None:
        return Increment(None, so_far, watermark)
    part = _part(_part(relation, described, exp.GT, watermark), described, exp.LTE, upper)
    new = profile_relation(part, missing=missing, like=so_far, progress=progress)
    return Increment(new, so_far.merge(new, disjoint=True) if so_far else new, upper)


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


def _part(
    relation: SqlRelation, column: RelationColumn, compare: type[exp.Binary], bound: str | None
) -> SqlRelation:
    """The rows on one side of a bound; compared with the bare column, so that an index can help."""
    if bound is None:
        return relation
    if key_of(column.kind, bound) is None:
        raise InvalidPlan(f"the watermark {bound!r} is no {column.kind}")
    value = exp.cast(text(bound), _TARGETS[column.kind, column.zoned])
    condition = compare(this=exp.column(column.name, quoted=True), expression=value)
    kept = select("*").from_(relation.source.copy()).where(condition)
    return replace(relation, source=kept.subquery("source"))
