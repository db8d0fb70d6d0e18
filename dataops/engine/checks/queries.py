"""Queries that people write, made ready to be asked."""

from __future__ import annotations

from sqlglot import exp

from dataops.engine.protocols import Context
from dataops.engine.sql import DATA, bind_tables, parse_query


def asked(context: Context, text: str) -> exp.Query:
    """The guarded query over the rows of ``context``; raises InvalidPlan with the place in the text."""
    names = context.profile.names
    query = parse_query(text, {DATA: names})
    assert context.rows is not None  # noqa: S101 - callers have looked
    return bind_tables(query, {DATA: (context.rows.table, names)})
