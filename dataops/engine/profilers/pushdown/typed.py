"""The relation with cells as values of the profile's types, NULL where a cell is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp, select

from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.pushdown.cells import cells_of
from dataops.engine.profilers.pushdown.relation import RelationColumn, SqlRelation
from dataops.engine.profilers.pushdown.words import WORDS, Words, when
from dataops.engine.sql.build import CONTENT, ROW_NUMBER, column
from dataops.engine.types import ColumnType


@dataclass(frozen=True, slots=True)
class TypedCells:
    """An expression per column, by its name."""

    relation: SqlRelation
    by_name: Mapping[str, exp.Expr]

    @classmethod
    def of(cls, relation: SqlRelation, missing: MissingPolicy, types: Mapping[str, ColumnType]) -> TypedCells:
        words = WORDS[relation.dialect]
        columns = relation.columns
        return cls(relation, {c.name: _typed(c, words, missing, types.get(c.name)) for c in columns})

    def view(self, *, row_number: bool = False, content: bool = False) -> exp.Select:
        """All columns, and those that tell rows apart when they are asked for."""
        words = WORDS[self.relation.dialect]
        shown = [
            exp.alias_(value.copy(), exp.to_identifier(name, quoted=True))
            for name, value in self.by_name.items()
        ]
        written = words.row_hash([column(name) for name in self.by_name])
        if row_number:
            number = words.row_number(written.copy())
            shown.append(exp.alias_(number, exp.to_identifier(ROW_NUMBER, quoted=True)))
        if content:
            shown.append(exp.alias_(written, exp.to_identifier(CONTENT, quoted=True)))
        return select(*shown).from_(self.relation.source.copy())

    def in_terms_of_cells(self, condition: exp.Expr) -> exp.Expr:
        """A condition on the view's columns as one on those of the relation."""

        def replaced(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Column) and node.name in self.by_name:
                return exp.paren(self.by_name[node.name].copy())
            return node

        return condition.copy().transform(replaced)


def _typed(
    declared: RelationColumn, words: Words, missing: MissingPolicy, kind: ColumnType | None
) -> exp.Expr:
    raw = column(declared.name)
    if declared.kind is ColumnType.TEXT:
        return when(cells_of(declared, words, missing).present, words.text(raw))
    if declared.kind.is_numeric:
        # Whole floats are integers where the profile says so.
        is_whole = (kind or declared.kind) is ColumnType.INTEGER
        return exp.cast(raw, exp.DType.BIGINT if is_whole else exp.DType.DOUBLE)
    if declared.zoned:
        return words.in_utc(raw)
    return raw
