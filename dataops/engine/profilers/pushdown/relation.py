"""A table or query in a database, and how to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dataops.engine.errors import InvalidPlan, UnreadableData
from dataops.engine.types import ColumnType

DIALECTS = ("duckdb", "postgres", "spark")

# Takes a query in the words of the database and returns all rows of the answer.
Execute = Callable[[str], Sequence[Sequence[Any]]]

_WRITING = (
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Into,
    exp.Lock,
    exp.Command,
    exp.Create,
    exp.Drop,
)
_ZONED = ("TIMESTAMPTZ", "TIMESTAMPLTZ")
_KINDS = {
    ColumnType.INTEGER: (
        "TINYINT",
        "SMALLINT",
        "INT",
        "MEDIUMINT",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINT",
    ),
    ColumnType.FLOAT: ("FLOAT", "DOUBLE", "DECIMAL", "BIGDECIMAL", "UBIGINT", "INT128", "UINT128"),
    ColumnType.BOOLEAN: ("BOOLEAN",),
    ColumnType.DATE: ("DATE", "DATE32"),
    ColumnType.DATETIME: (
        "TIMESTAMP",
        "TIMESTAMPNTZ",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        *_ZONED,
    ),
}
_BY_TYPE = {name: kind for kind, names in _KINDS.items() for name in names}


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """A column as the database declares it; what has no type of ours (uuid, json, lists) is text."""

    name: str
    kind: ColumnType
    zoned: bool = False

    @classmethod
    def of(cls, name: str, type_name: str, dialect: str) -> Self:
        """The column ``name`` of a type in the words of the database, such as "numeric(10, 2)"."""
        try:
            declared = exp.DataType.build(type_name, dialect=dialect).this.name
        except SqlglotError:
            declared = ""
        return cls(name, _BY_TYPE.get(declared, ColumnType.TEXT), declared in _ZONED)


@dataclass(frozen=True, slots=True)
class SqlRelation:
    """Rows that stay in their database.

    ``execute`` runs one query there; the engine opens no connection of its own, so the caller
    decides on credentials, read-only transaction and time limit. ``source`` is what the rows are
    selected from; ``before`` is, where those are the new rows of a table that grows, what the rows before
    them are selected from. ``bytes`` is the size as stored, 0 where nobody knows. ``refusals`` are the errors
    by which ``execute`` says that a query is at fault: not understood, not allowed, too slow.
    """

    execute: Execute
    dialect: str
    source: exp.Table | exp.Subquery
    columns: tuple[RelationColumn, ...]
    bytes: int = 0
    refusals: tuple[type[Exception], ...] = ()
    before: exp.Table | exp.Subquery | None = None

    @classmethod
    def of(
        cls,
        execute: Execute,
        *,
        dialect: str,
        columns: Iterable[tuple[str, str]],
        table: str = "",
        query: str = "",
        bytes: int = 0,
        refusals: tuple[type[Exception], ...] = (),
    ) -> Self:
        """The relation of a ``table`` ("sales.orders") or of one ``query``, in the words of ``dialect``.

        ``columns`` are names and declared types in order. Raises InvalidPlan for an unknown dialect,
        text that does not parse as one query, or two columns of one name.
        """
        if dialect not in DIALECTS:
            raise InvalidPlan(f"no push-down for {dialect!r}; known: {', '.join(DIALECTS)}")
        described = tuple(RelationColumn.of(name, type_name, dialect) for name, type_name in columns)
        if not described:
            raise InvalidPlan("a relation without columns has nothing to profile")
        if len({column.name for column in described}) < len(described):
            raise InvalidPlan("two columns have one name; give each its own with AS")
        return cls(execute, dialect, _source(dialect, table, query), described, bytes, refusals)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def ask(self, query: exp.Expr) -> list[tuple[Any, ...]]:
        """All rows of the answer to one query; raises UnreadableData when the database refuses it."""
        try:
            return [tuple(row) for row in self.execute(query.sql(dialect=self.dialect))]
        except self.refusals as error:
            raise UnreadableData(f"the database refuses: {error}") from error


def _source(dialect: str, table: str, query: str) -> exp.Table | exp.Subquery:
    if bool(table) == bool(query):
        raise InvalidPlan("name either a table or a query")
    try:
        if table:
            return exp.to_table(table, dialect=dialect)
        parsed = parse_one(query, dialect=dialect)
    except SqlglotError as error:
        raise InvalidPlan(f"the {'table' if table else 'query'} does not parse: {error}") from error
    # A query may write inside WITH; the read-only session of the caller is the second line.
    if not isinstance(parsed, exp.Query) or parsed.find(*_WRITING):
        raise InvalidPlan("only a query that reads (SELECT) can be profiled")
    return parsed.subquery("source", copy=False)
