"""Queries of the hottest roads, whose SQL is made once: making it costs ten times what asking does."""

from collections.abc import Callable
from typing import Any

from django.db import connection
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
        with connection.cursor() as cursor:
            cursor.execute(self._sql_for(connection.vendor), [text])
            return cursor.fetchone()

    def _sql_for(self, vendor: str) -> str:
        if vendor not in self._sql:
            sql, values = self._build(self._STAND_IN).order_by().query.sql_with_params()
            if values != (self._STAND_IN,):
                raise ValueError(f"a prepared query takes one text, this one takes {values}")
            self._sql[vendor] = sql
        return self._sql[vendor]
