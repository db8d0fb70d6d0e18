"""What is selected for one column: which cells are present, and their values as keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.pushdown.relation import RelationColumn
from dataops.engine.profilers.pushdown.words import Words, is_finite, text, trimmed, when
from dataops.engine.types import ColumnType

TEMPORAL_SCALE = {ColumnType.DATE: 86_400.0, ColumnType.DATETIME: 1e-6}


@dataclass(frozen=True, slots=True)
class Cells:
    """A column as expressions.

    ``key`` orders and tells apart the present values: int64, double, 0 and 1, days or microseconds
    since 1970, text. It is NULL for what has no key (missing, infinite dates).
    ``number`` is the key as a finite double, NULL for what is in no numeric statistic.
    """

    name: str
    kind: ColumnType
    zoned: bool
    raw: exp.Expr
    present: exp.Expr
    key: exp.Expr

    @property
    def is_number_like(self) -> bool:
        return self.kind.is_numeric or self.kind.is_temporal

    @property
    def finite_key(self) -> exp.Expr:
        return when(is_finite(self.key), self.key) if self.kind is ColumnType.FLOAT else self.key.copy()


def cells_of(column: RelationColumn, words: Words, policy: MissingPolicy) -> Cells:
    """The expressions of a column in its declared type."""
    raw = exp.column(column.name, quoted=True)
    value = words.text(raw) if column.kind is ColumnType.TEXT else raw
    present = _present(value, column.kind, policy.of(column.name))
    key = when(present, _key(column, value, words))
    return Cells(column.name, column.kind, column.zoned, raw, present, key)


def as_kind(cells: Cells, kind: ColumnType) -> Cells:
    """The same numbers as whole or as floating ones."""
    target = exp.DType.BIGINT if kind is ColumnType.INTEGER else exp.DType.DOUBLE
    return Cells(cells.name, kind, cells.zoned, cells.raw, cells.present, exp.cast(cells.key.copy(), target))


def _present(value: exp.Expr, kind: ColumnType, policy: MissingPolicy) -> exp.Expr:
    exists = value.copy().is_(exp.null()).not_()
    if kind is not ColumnType.TEXT:
        return exists
    content = trimmed(value)
    filled = (content if policy.whitespace else value.copy()).neq(text(""))
    if not policy.tokens:
        return exp.and_(exists, filled)
    named = exp.In(this=content.copy(), expressions=[text(token) for token in sorted(policy.tokens)])
    return exp.and_(exists, filled, named.not_())


def _key(column: RelationColumn, value: exp.Expr, words: Words) -> exp.Expr:
    if column.kind is ColumnType.INTEGER:
        return exp.cast(value, exp.DType.BIGINT)
    if column.kind is ColumnType.FLOAT:
        return exp.cast(value, exp.DType.DOUBLE)
    if column.kind is ColumnType.BOOLEAN:
        return exp.Case(ifs=[exp.If(this=value, true=exp.Literal.number(1))], default=exp.Literal.number(0))
    if column.kind is ColumnType.DATE:
        return exp.cast(words.days(value), exp.DType.BIGINT)
    if column.kind is ColumnType.DATETIME:
        return words.micros(value, zoned=column.zoned)
    return value
