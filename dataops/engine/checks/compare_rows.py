"""The rows of this table against those of another source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, TableCheck, nothing, of_share
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.rowwise import count, existing, joined_text, rows_of, text_of
from dataops.engine.checks.wording import share
from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement, Rows
from dataops.engine.sql import column, negated
from dataops.engine.types import Dimension

Pair = tuple[ColumnProfile, ColumnProfile]


@dataclass(frozen=True, slots=True)
class CompareRowsParams:
    source: str = param("", "The other source", kind=Kind.SOURCE, required=True)
    key: tuple[str, ...] = param(
        (), "Columns that tell which rows belong together", kind=Kind.COLUMNS, required=True
    )
    columns: tuple[str, ...] = param(
        (), "Columns that have to be equal; empty for all that both have", kind=Kind.COLUMNS
    )


class CompareRows(TableCheck):
    """Share of the rows that are not in another source, are otherwise there, or are only there.

    Rows belong together by their key. Missing values equal each other, and numbers are compared as
    numbers. The failing rows that are shown are those of this source; what is only in the other is counted.
    """

    key = "compare_rows"
    label = "Same rows as another source"
    dimension = Dimension.CONSISTENCY
    params = CompareRowsParams

    def measure(self, context: Context, params: CompareRowsParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        other = rows_of(context, params.source)
        keys = _pairs(context, other, params.key, params.source)
        shared = [name for name in context.profile.names if other.profile.column(name) is not None]
        compared = keys + _pairs(context, other, params.columns or shared, params.source)
        missing, unlike = _unknown(keys, other), _unknown(compared, other)
        not_there, differ = count(context.rows, missing), count(context.rows, unlike)
        only_there = _only_there(context.rows, other, keys)
        looked_at, failed = context.profile.rows + only_there, differ + only_there
        if not looked_at:
            return nothing("there are no rows to look at")
        message = (
            f"{share(failed, looked_at)} rows are not the same in {params.source}: {not_there:,} are not"
        )
        message += f" there, {differ - not_there:,} have other values, {only_there:,} are only there"
        return of_share(looked_at, failed, message, failing=unlike if differ else None)


def _pairs(context: Context, other: Rows, names: Sequence[str], source: str) -> list[Pair]:
    """Each of the columns here and there."""
    pairs = []
    for mine in existing(context, names):
        theirs = other.profile.column(mine.name)
        if theirs is None:
            raise InvalidPlan(f"source {source!r} has no column {mine.name!r}")
        pairs.append((mine, theirs))
    return pairs


def _text(pair: Pair, which: int) -> exp.Expr:
    """A value of one side as the text it is compared by."""
    mine, theirs = pair
    if mine.type != theirs.type and mine.type.is_numeric and theirs.type.is_numeric:
        return exp.cast(exp.cast(column(mine.name), "double"), "varchar")
    return text_of(pair[which])


def _unknown(pairs: list[Pair], other: Rows) -> exp.Expr:
    """Rows here without one there that has the same in all of the columns."""
    theirs = exp.select(joined_text([_text(pair, 1) for pair in pairs])).from_(other.table)
    mine = joined_text([_text(pair, 0) for pair in pairs])
    return negated(exp.In(this=mine, query=exp.Subquery(this=theirs)))


def _only_there(rows: Rows, other: Rows, keys: list[Pair]) -> int:
    mine = exp.select(joined_text([_text(pair, 0) for pair in keys])).from_(rows.table)
    theirs = joined_text([_text(pair, 1) for pair in keys])
    unknown = negated(exp.In(this=theirs, query=exp.Subquery(this=mine)))
    counted = exp.select(exp.Count(this=exp.Star())).from_(other.table).where(unknown)
    return int(rows.query(counted)[0][0])
