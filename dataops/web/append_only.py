"""The database itself refuses to change or remove what is in the audit log.

Installed after every migrate, as SQLite forgets triggers when it makes a table anew. Only the person an
entry belongs to may be emptied, when the account goes, and an entry be sealed, once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

TABLE = "web_auditevent"
SAID = "the audit log is append-only"
WRITTEN = "at, actor_name, address, action, target_type, target_id, target_name, changes"
TRIGGERS = {
    f"{TABLE}_written": f"BEFORE UPDATE OF {WRITTEN} ON {TABLE}",
    f"{TABLE}_sealed": f"BEFORE UPDATE OF position, digest ON {TABLE}",
    f"{TABLE}_kept": f"BEFORE DELETE ON {TABLE}",
}
SEALED = {f"{TABLE}_sealed": "WHEN (OLD.position IS NOT NULL)"}


def install(**_signal: Any) -> None:
    remove()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
            )
        for name, moment in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW {SEALED.get(name, '')} {_refusal()}")


def remove() -> None:
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


@contextmanager
def lifted() -> Iterator[None]:
    """For who has to replace the whole log, as restoring a backup does."""
    remove()
    try:
        yield
    finally:
        install()


def _refusal() -> str:
    if connection.vendor == "postgresql":
        return f"EXECUTE FUNCTION {TABLE}_refuse()"
    return f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
