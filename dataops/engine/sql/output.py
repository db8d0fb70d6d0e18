"""What the columns of a query's answer are called, and what columns of the data they may be made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.sql.build import DATA
from dataops.engine.sql.text import DIALECT


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """``drawn_from`` names columns of the data whose text may stand in this one: rather too many."""

    name: str
    drawn_from: frozenset[str]


def output_columns(query: exp.Query, names: Sequence[str]) -> tuple[OutputColumn, ...]:
    """The columns of a parsed query over "data", whose columns are ``names``; no two have one name."""
    data = [OutputColumn(name, frozenset({name})) for name in names]
    found = _Reading(frozenset(names)).of_query(query, {DATA: data})
    seen: dict[str, int] = {}
    unique = []
    for column in found:
        seen[column.name] = seen.get(column.name, 0) + 1
        again = seen[column.name]
        unique.append(column if again == 1 else OutputColumn(f"{column.name} {again}", column.drawn_from))
    return tuple(unique)


Relations = Mapping[str, Sequence[OutputColumn]]


class _Reading:
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def of_query(self, query: exp.Expr, outer: Relations) -> list[OutputColumn]:
        """``outer`` are the relations a FROM may name, in lower case."""
        known = dict(outer)
        clauses = query.args.get("with_")
        for cte in clauses.expressions if clauses else ():
            known[cte.alias.casefold()] = self._renamed(self.of_query(cte.this, known), cte)
        if isinstance(query, exp.SetOperation):
            both = zip(self.of_query(query.this, known), self.of_query(query.expression, known), strict=False)
            return [OutputColumn(one.name, one.drawn_from | other.drawn_from) for one, other in both]
        if isinstance(query, exp.Subquery):
            return self.of_query(query.this, known)
        return self._of_select(query, known)

    def _of_select(self, query: exp.Expr, known: Relations) -> list[OutputColumn]:
        source = query.args.get("from_")
        parts = [*([source.this] if source else []), *(join.this for join in query.args.get("joins") or ())]
        selected = {part.alias_or_name.casefold(): self._of_part(part, known) for part in parts}
        made: list[OutputColumn] = []
        for projection in query.expressions:
            if projection.is_star:
                made += self._of_star(projection, selected)
            else:
                name = projection.output_name or projection.sql(DIALECT)
                made.append(OutputColumn(name, self._drawn(projection, selected, made)))
        return made

    def _of_part(self, part: exp.Expr, known: Relations) -> list[OutputColumn]:
        if isinstance(part, exp.Table):
            return self._renamed(known.get(part.name.casefold(), ()), part)
        return self._renamed(self.of_query(part, known), part)

    @staticmethod
    def _renamed(columns: Iterable[OutputColumn], named: exp.Expr) -> list[OutputColumn]:
        """With the names of an alias such as ``AS part(a, b)``."""
        columns = list(columns)
        for i, name in enumerate(named.alias_column_names[: len(columns)]):
            columns[i] = OutputColumn(name, columns[i].drawn_from)
        return columns

    @staticmethod
    def _of_star(projection: exp.Expr, selected: Relations) -> list[OutputColumn]:
        table = projection.args.get("table")
        star = projection.find(exp.Star)
        left_out = {each.name.casefold() for each in (star.args.get("except_") or ())} if star else set()
        wanted = [selected.get(table.name.casefold(), ())] if table else selected.values()
        return [column for columns in wanted for column in columns if column.name.casefold() not in left_out]

    def _drawn(
        self, projection: exp.Expr, selected: Relations, before: Iterable[OutputColumn]
    ) -> frozenset[str]:
        """What a projection may be made of; a count tells of no text."""
        by_name: dict[str, set[str]] = {}
        for column in [*before, *(column for columns in selected.values() for column in columns)]:
            by_name.setdefault(column.name.casefold(), set()).update(column.drawn_from)
        drawn: set[str] = set()
        for found in projection.find_all(exp.Column):
            if not found.find_ancestor(exp.Count):
                drawn |= by_name.get(found.name.casefold(), self.names & {found.name})
        return frozenset(drawn)
