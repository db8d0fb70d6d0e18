"""A text of SQL that somebody wrote, and the places in it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from dataops.engine.errors import InvalidPlan

DIALECT = "duckdb"
LONGEST = 20_000


def columns_in(condition: str) -> tuple[str, ...]:
    """Columns that a condition names, in order; none of what cannot be read.

    >>> columns_in('abs("net" + tax) < gross AND tax > 0')
    ('net', 'tax', 'gross')
    """
    try:
        found = SqlText(condition).parse().find_all(exp.Column, bfs=False)
    except InvalidPlan:
        return ()
    return tuple(dict.fromkeys(column.name for column in found))


class SqlText:
    """One statement or expression in the words of DuckDB.

    Raises InvalidPlan when it is empty, too long, or more than one.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise InvalidPlan(f"the SQL has {len(text):,} characters; at most {LONGEST:,} are read")
        if "\0" in text:
            raise InvalidPlan("the SQL holds a NUL character")
        self.text = text
        self.tokens = self._tokens()
        while self.tokens and self.tokens[-1].token_type is TokenType.SEMICOLON:
            self.tokens.pop()
        if not self.tokens:
            raise InvalidPlan("the SQL is empty")
        for token in self.tokens:
            if token.token_type is TokenType.SEMICOLON:
                raise self.error_at(token.start, "a second statement is not allowed")

    def _tokens(self) -> list[Token]:
        try:
            return sqlglot.tokenize(self.text, read=DIALECT)
        except SqlglotError as error:
            raise InvalidPlan(f"the SQL cannot be read: {error}") from error

    def parse(self, into: type[exp.Expr] | None = None) -> exp.Expr:
        """The expression tree. Raises InvalidPlan with the place where it ends to make sense."""
        statement = self.text[: self.tokens[-1].end + 1]
        try:
            return sqlglot.parse_one(statement, read=DIALECT, into=into)
        except RecursionError as error:
            raise InvalidPlan("the SQL is nested too deeply") from error
        except SqlglotError as error:
            found = (getattr(error, "errors", None) or [{}])[0]
            place = f"line {found['line']}, column {found['col']}" if found.get("line") else ""
            problem = found.get("description") or "it is not understood"
            raise InvalidPlan(": ".join(filter(None, (place, problem))), location=place) from error

    def error(self, node: exp.Expr, problem: str) -> InvalidPlan:
        """What is wrong with a node, with its place."""
        return self.error_at(next((n.meta["start"] for n in node.walk() if "start" in n.meta), None), problem)

    def error_at(self, start: int | None, problem: str) -> InvalidPlan:
        if start is None:
            return InvalidPlan(problem)
        line = self.text.count("\n", 0, start) + 1
        place = f"line {line}, column {start - self.text.rfind(chr(10), 0, start)}"
        return InvalidPlan(f"{place}: {problem}", location=place)
