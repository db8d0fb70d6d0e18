"""The rows of a relation, asked in the database they are in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlglot import ErrorLevel, exp, select
from sqlglot.errors import SqlglotError

from dataops.engine.errors import InvalidPlan, UnreadableData
from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy
from dataops.engine.profilers.pushdown import SqlRelation, profile_relation
from dataops.engine.profilers.pushdown.typed import TypedCells
from dataops.engine.rows.sample import Sample, Sampling, numbered_rows, shown_columns
from dataops.engine.sql import ROW_NUMBER
from dataops.engine.sql.build import CONTENT, DATA, EARLIER, column
from dataops.engine.types import ColumnType, RowKind


class SqlRows:
    """``Rows`` of a relation whose ``profile`` is known; nothing is copied, every question is a query.

    The relation is the table "data", a part of each query (WITH). Rows have no place in a database:
    they are numbered anew in every query that asks for it. What the database refuses, by one of
    ``relation.refusals``, is an InvalidPlan.
    """

    def __init__(
        self,
        relation: SqlRelation,
        profile: Profile | None,
        missing: MissingPolicy = DEFAULT_POLICY,
        *,
        types: dict[str, ColumnType] | None = None,
    ) -> None:
        self.relation = relation
        self.missing = missing
        self._profile = profile
        self._types = types or {c.name: c.type for c in self.profile.columns}
        self._cells = TypedCells.of(relation, missing, self._types)

    @property
    def table(self) -> exp.Table:
        return exp.to_table(DATA)

    @property
    def earlier(self) -> exp.Table | None:
        return (
            None if self.relation.before is None else exp.Table(this=exp.to_identifier(EARLIER, quoted=True))
        )

    @property
    def joins_others(self) -> bool:
        return False

    @property
    def profile(self) -> Profile:
        if self._profile is None:
            try:
                self._profile = profile_relation(
                    self.relation, missing=self.missing, types=self._types, may_be_empty=True
                )
            except UnreadableData as error:
                raise InvalidPlan(str(error)) from error
        return self._profile

    def query(self, query: exp.Query) -> list[tuple[Any, ...]]:
        try:
            text = self._bound(query).sql(
                dialect=self.relation.dialect, unsupported_level=ErrorLevel.RAISE, comments=False
            )
        except SqlglotError as error:
            raise InvalidPlan(f"{self.relation.dialect} has no words for this: {error}") from error
        try:
            return [tuple(row) for row in self.relation.execute(text)]
        except self.relation.refusals as error:
            raise InvalidPlan(f"the database refuses: {error}") from error

    def where(self, condition: exp.Expr) -> SqlRows:
        """The rows that meet a condition on the columns; it is written into the relation itself."""
        kept = select("*").from_(self.relation.source.copy()).where(self._cells.in_terms_of_cells(condition))
        # The rows before are not narrowed with these, so nothing is said of them.
        part = replace(self.relation, source=kept.subquery("source"), before=None)
        return SqlRows(part, None, self.missing, types=self._types)

    def sample(self, condition: exp.Expr, marked: tuple[str, ...], total: int, sampling: Sampling) -> Sample:
        """Some of the rows that meet a condition, which are ``total``."""
        shown = shown_columns(self.relation.names, marked, sampling.columns)
        query = select(*(column(name) for name in shown)).from_(self.table).where(condition)
        rows = numbered_rows(self.query(query.limit(sampling.unplaced)), len(shown), sampling)
        return Sample(shown, marked[: sampling.columns], rows, total, RowKind.TABLE)

    def _bound(self, query: exp.Query) -> exp.Query:
        """The query with the relation in it, as far as it is looked at."""
        known = {DATA} if self.relation.before is None else {DATA, EARLIER}
        own = {cte.alias.casefold() for cte in query.find_all(exp.CTE)} | known
        for table in query.find_all(exp.Table):
            if table.name.casefold() not in own or table.db:
                raise InvalidPlan(
                    f"the rows stay in their database, and {table.name!r} is not in it: they can be held"
                    " whole against those of another source where they are copied here first"
                )
        asked = {found.name for found in query.find_all(exp.Column)}
        view = self._cells.view(row_number=ROW_NUMBER in asked, content=CONTENT in asked)
        named = [_named(DATA, view)]
        if any(table.name == EARLIER for table in query.find_all(exp.Table)):
            named.append(_named(EARLIER, self._view_of_earlier()))
        bound = query.copy()
        clauses = bound.args.get("with_")
        if clauses is None:
            bound.set("with_", exp.With(expressions=named))
        else:
            # First, as the others may select from it.
            clauses.set("expressions", [*named, *clauses.expressions])
        return bound

    def _view_of_earlier(self) -> exp.Select:
        assert self.relation.before is not None  # noqa: S101 - nobody names them otherwise
        before = replace(self.relation, source=self.relation.before)
        return TypedCells.of(before, self.missing, self._types).view()


def _named(name: str, query: exp.Select) -> exp.CTE:
    return exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name)))
