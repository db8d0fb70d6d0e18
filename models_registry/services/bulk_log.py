"""Reading and writing many rows of the prediction log at once, past the objects of the ORM."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from models_registry.models import Correction, Prediction

COLUMNS = (
    "model_id", "version_id", "prediction_id", "features", "prediction", "probabilities", "predicted_at",
)  # fmt: skip
READ_BATCH = 500

Row = tuple[int, int, str, str, str, str | None, str]
Truth = tuple[int, Any]


class Logged(NamedTuple):
    """A row that is there: ``day`` of the prediction (UTC), ``actual`` as JSON, None unless it is known."""

    pk: int
    prediction_id: str
    version_id: int
    day: str
    actual: str | None


def insert_predictions(rows: Sequence[Row]) -> None:
    """Rows in the order of ``COLUMNS``, JSON as text and times as "2026-01-31 12:00:00", UTC.

    PostgreSQL takes them by COPY, SQLite by one prepared statement. IntegrityError when an id is taken.
    """
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_table()} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row[:-1], f"{row[-1]}+00"))
            return
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(f"INSERT INTO {_table()} ({columns}) VALUES ({places})", rows)  # noqa: S608


def find_logged(model_id: int, names: Sequence[str]) -> list[Logged]:
    """The rows of a model under these names; one query, whatever their number."""
    given: list[str] | str
    if connection.vendor == "postgresql":
        day, actual = "to_char(predicted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", "actual::text"
        among, given = "= ANY(%s)", list(names)
    else:
        day, actual = "substr(predicted_at, 1, 10)", "actual"
        among, given = "IN (SELECT value FROM json_each(%s))", json.dumps(names)
    statement = f"""
        SELECT id, prediction_id, version_id, {day}, CASE WHEN actual_at IS NULL THEN NULL ELSE {actual} END
        FROM {_table()} WHERE model_id = %s AND prediction_id {among}
    """  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [model_id, given])
        return [Logged(*row) for row in cursor.fetchall()]


def write_truth(truths: Iterable[Truth], at: datetime) -> None:
    """What really happened, as (key of the prediction, JSON value)."""
    moment = connection.ops.adapt_datetimefield_value(at)
    value = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    statement = f"UPDATE {_table()} SET actual = {value}, actual_at = %s WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(json.dumps(actual), moment, pk) for pk, actual in truths])


def keep_replaced(keys: Sequence[int], at: datetime) -> None:
    """History of the truth of these predictions, which is about to be replaced."""
    for start in range(0, len(keys), READ_BATCH):
        rows = Prediction.objects.filter(pk__in=keys[start : start + READ_BATCH]).order_by()
        Correction.objects.bulk_create(
            Correction(prediction_id=pk, actual=old, actual_at=since, corrected_at=at)
            for pk, old, since in rows.values_list("pk", "actual", "actual_at")
            if since is not None
        )


def _table() -> str:
    return connection.ops.quote_name(Prediction._meta.db_table)
