"""Queries of the hottest roads, whose SQL is made once: making it costs ten times what asking does."""

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Row = tuple[Any, ...]


class Prepared:
    """One row by one text.

    ``build`` gives a ``values_list`` filtered by the text it is given and by no other value. The row comes as
    the driver reads it: SQLite tells times as text. It is asked anew every time, so it is never stale.
    """

    _STAND_IN = "stand-in"

    def __init__(self, build: Callable[[str], QuerySet]) -> None:
        self._build = build
        self._sql: dict[str, str] = {}

    def one(self, text: str) -> Row | None:
        """The first row, None when there is none; one query."""
        database = connections[DEFAULT_DB_ALIAS]
        statement = self._sql.get(database.vendor) or self._made_for(database.vendor)
        if database.execute_wrappers or database.queries_logged:  # somebody looks on
            with database.cursor() as cursor:
                cursor.execute(statement, [text])
                return cursor.fetchone()
        # Django's cursor takes three times as long as the query.
        database.ensure_connection()
        with database.wrap_database_errors:
            if database.vendor == "sqlite":
                statement = statement.replace("%s", "?")
            found: Row | None = database.connection.execute(statement, (text,)).fetchone()
            return found

    def _made_for(self, vendor: str) -> str:
        statement, values = self._build(self._STAND_IN).order_by().query.sql_with_params()
        if values != (self._STAND_IN,):
            raise ValueError(f"a prepared query takes one text, this one takes {values}")
        self._sql[vendor] = statement
        return statement
