"""The first question: one row of plain aggregates over many columns, in one scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, select

from dataops.engine.profilers.pushdown.cells import Cells
from dataops.engine.profilers.pushdown.relation import SqlRelation
from dataops.engine.profilers.pushdown.words import is_finite, is_nan, number, when
from dataops.engine.types import ColumnType

# Aggregates of one query: databases plan many hundreds slowly, and a row has a limit of columns.
COLUMNS_PER_QUERY = 64
# One more than is kept, so that it can be seen that a text was cut.
TEXT_ASKED = 201


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts and extremes of one column, by name of the aggregate."""

    cells: Cells
    rows: int
    found: dict[str, Any] = field(default_factory=dict)

    def count(self, name: str) -> int:
        return int(self.found.get(name) or 0)

    @property
    def keyed(self) -> int:
        """Rows with a key: all that are present, but for infinite dates."""
        return self.count("finite" if self.cells.kind.is_temporal else "present")


def summarise(relation: SqlRelation, columns: Sequence[Cells]) -> list[Summary]:
    """A summary of each of at most COLUMNS_PER_QUERY columns."""
    wanted = [(cells, name, aggregate) for cells in columns for name, aggregate in _aggregates(cells)]
    query = select(exp.alias_(exp.Count(this=exp.Star()), "r")).from_(relation.source.copy())
    query = query.select(*(exp.alias_(item[2], f"a{number}") for number, item in enumerate(wanted)))
    rows, *answers = relation.ask(query)[0]
    found: dict[str, dict[str, Any]] = {cells.name: {} for cells in columns}
    for (cells, name, _), answer in zip(wanted, answers, strict=True):
        found[cells.name][name] = answer
    return [Summary(cells, int(rows), found[cells.name]) for cells in columns]


def _aggregates(cells: Cells) -> list[tuple[str, exp.Expr]]:
    present = ("present", count_if(cells.present))
    if cells.kind is ColumnType.TEXT:
        return [present, *_of_text(cells)]
    extremes: list[tuple[str, exp.Expr]] = [
        ("low", exp.Min(this=cells.finite_key)),
        ("high", exp.Max(this=cells.finite_key)),
    ]
    if cells.kind is ColumnType.FLOAT:
        not_whole = exp.and_(cells.key.copy().is_(exp.null()).not_(), _is_whole(cells.key).not_())
        return [
            present,
            *extremes,
            ("nan", count_if(is_nan(cells.key))),
            ("finite", count_if(is_finite(cells.key))),
            ("not_whole", count_if(not_whole)),
        ]
    if cells.kind is ColumnType.DATETIME:
        second = exp.Mod(this=cells.key.copy(), expression=exp.Literal.number(1_000_000))
        extremes.append(("fractions", count_if(second.neq(exp.Literal.number(0)))))
    return [present, *extremes, ("finite", exp.Count(this=cells.key.copy()))]


def _of_text(cells: Cells) -> list[tuple[str, exp.Expr]]:
    length = when(cells.present, exp.Length(this=cells.key.copy()))
    total = exp.cast(exp.Sum(this=length.copy()), exp.DType.BIGINT)
    return [
        ("low", _head(exp.Min(this=cells.key.copy()))),
        ("high", _head(exp.Max(this=cells.key.copy()))),
        ("shortest", exp.Min(this=length.copy())),
        ("longest", exp.Max(this=length.copy())),
        ("total", total),
    ]


def _head(value: exp.Expr) -> exp.Expr:
    return exp.func("LEFT", value, exp.Literal.number(TEXT_ASKED))


def count_if(condition: exp.Expr) -> exp.Expr:
    return exp.Count(this=when(condition, exp.Literal.number(1)))


def _is_whole(value: exp.Expr) -> exp.Expr:
    """Whether a double is a whole number that 64 bits hold; FLOOR of others is an error in Spark."""
    fits = exp.LT(this=exp.Abs(this=value.copy()), expression=number(2.0**63))
    is_whole = exp.EQ(this=exp.Floor(this=value.copy()), expression=value.copy())
    return exp.Case(ifs=[exp.If(this=fits, true=is_whole)], default=exp.false())
