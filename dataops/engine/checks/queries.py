"""Queries that people write, made ready to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from dataops.engine.protocols import Answer, Context
from dataops.engine.sql import (
    DATA,
    ROW_NUMBER,
    bind_tables,
    column,
    output_columns,
    parse_query,
    row_number,
)

SELECTED = " selected row"


def asked(context: Context, text: str) -> exp.Query:
    """The guarded query over the rows of ``context``; raises InvalidPlan with the place in the text."""
    names = context.profile.names
    query = parse_query(text, {DATA: names})
    assert context.rows is not None  # noqa: S101 - callers have looked
    return bind_tables(query, {DATA: (context.rows.table, names)})


def traced(text: str, names: Sequence[str]) -> exp.Expr | None:
    """The rows of the data that a query selects, as a condition on them.

    None for a query whose rows are none of the data: groups, distinct values, unions, rows of a part.
    """
    query = parse_query(text, {DATA: names})
    source = query.args.get("from_")
    first = source.this if source else None
    if not isinstance(query, exp.Select) or not isinstance(first, exp.Table) or not first.meta.get("named"):
        return None
    if any(query.args.get(clause) for clause in ("group", "having", "distinct")) or _counts(query):
        return None
    place = exp.column(ROW_NUMBER, table=first.alias_or_name, quoted=True)
    query = query.select(exp.alias_(place, SELECTED, quoted=True))
    whole = {DATA: (exp.to_table(DATA), None)}
    selected = exp.select(column(SELECTED)).from_(bind_tables(query, whole).subquery("selected"))
    return exp.In(this=row_number(), query=exp.Subquery(this=selected))


def answered(query: exp.Query, text: str, names: Sequence[str], count: int) -> Answer:
    """The ``count`` rows of the answer to ``text``, of which ``query`` is what ``asked`` made."""
    return Answer(query, output_columns(parse_query(text, {DATA: names}), names), count)


def _counts(query: exp.Select) -> bool:
    """Whether it makes one row of many by an aggregate of its own, which is over no window."""
    found = (node for part in query.expressions for node in part.find_all(exp.AggFunc))
    return any(node.find_ancestor(exp.Window, exp.Select) is query for node in found)
