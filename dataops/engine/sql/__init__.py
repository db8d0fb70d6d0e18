"""SQL as expressions: built by checks, or written by people and judged before it runs."""

from dataops.engine.sql.build import (
    DATA,
    ROW_NUMBER,
    all_of,
    any_of,
    column,
    invalid_text,
    is_missing,
    is_null,
    literal,
    negated,
    repeats,
    row_number,
)
from dataops.engine.sql.guard import bind_tables, parse_condition, parse_query
from dataops.engine.sql.output import OutputColumn, output_columns
from dataops.engine.sql.text import columns_in

__all__ = [
    "DATA",
    "ROW_NUMBER",
    "OutputColumn",
    "all_of",
    "any_of",
    "bind_tables",
    "column",
    "columns_in",
    "invalid_text",
    "is_missing",
    "is_null",
    "literal",
    "negated",
    "output_columns",
    "parse_condition",
    "parse_query",
    "repeats",
    "row_number",
]
