"""Somebody else who writes at the worst moment: right after our look at a table found nothing new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models


@contextmanager
def rival(model: type[models.Model], act: Callable[[], Any]) -> Iterator[None]:
    """``act()`` happens once, between the first SELECT from ``model``'s table and what follows it."""
    acted = False

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal acted
        result = execute(sql, params, many, context)
        if not acted and sql.startswith("SELECT") and f'FROM "{model._meta.db_table}"' in sql:
            acted = True
            act()
        return result

    with connection.execute_wrapper(watch):
        yield
    assert acted
