"""Reading and writing many rows of the prediction log at once, past the objects of the ORM."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from django.db import DEFAULT_DB_ALIAS, connection, connections

from models_registry.models import Correction, ModelVersion, Prediction, PredictionBatch

READ_BATCH = 500
# What would end a cell or a row of COPY, with how it is written there; the backslash first.
ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))

Truth = tuple[int, Any]


class NewPrediction(NamedTuple):
    """A row that is not there yet, with what ``Prediction`` keeps under these names."""

    model_id: int
    version_id: int
    prediction_id: str
    features: Mapping[str, Any]
    prediction: Any
    probabilities: Mapping[str, float] | None
    predicted_at: datetime
    latency_seconds: float | None


class Logged(NamedTuple):
    """A row that is there: ``day`` of the prediction (UTC), ``actual`` as JSON, None unless it is known."""

    pk: int
    prediction_id: str
    version_id: int
    day: str
    actual: str | None


COLUMNS = ("prediction_id", "features", "prediction", "probabilities", "predicted_at")
"""Of predictions that were made elsewhere."""
_NEW = f"{Prediction._meta.db_table} ({', '.join(NewPrediction._fields)})"
_COPY = f"COPY {_NEW} FROM STDIN"
_INSERT = f"INSERT INTO {_NEW} VALUES ({', '.join('?' * len(NewPrediction._fields))})"  # noqa: S608 - ours


def insert_predictions(version: ModelVersion, rows: pa.RecordBatch) -> None:
    """Texts named like fields: JSON, numbers, and last of all times as "2026-01-31 12:00:00", UTC.

    PostgreSQL takes them by COPY, SQLite by one prepared statement; both are quickest when what their indexes
    are sorted by is in order, so rows go by their time. IntegrityError when an id is taken.
    """
    by_time = rows.sort_by("predicted_at")
    columns = f"model_id, version_id, {', '.join(rows.schema.names)}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_table()} ({columns}) FROM STDIN") as copy:
                copy.write(_copied(version, by_time.columns))
            return
        owner, places = f"{version.model_id:d}, {version.pk:d}", ", ".join(["%s"] * rows.num_columns)
        statement = f"INSERT INTO {_table()} ({columns}) VALUES ({owner}, {places})"  # noqa: S608
        cells = (column.to_pylist() for column in by_time.columns)
        cursor.executemany(statement, list(zip(*cells, strict=True)))


def append_predictions(predictions: Sequence[NewPrediction]) -> None:
    """Rows as they were answered, in the caller's transaction. IntegrityError when an id is taken."""
    if not predictions:
        return
    database = connections[DEFAULT_DB_ALIAS]
    in_time = database.ops.adapt_datetimefield_value
    rows = [_cells(prediction, in_time(prediction.predicted_at)) for prediction in predictions]
    # Past Django's cursor as well, which takes as long over one row as the database does.
    with database.wrap_database_errors:
        if database.vendor == "postgresql":
            with database.connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            database.connection.executemany(_INSERT, rows)


def append_batches(batches: Sequence[PredictionBatch]) -> None:
    """The same of rows that are filed later."""
    if not batches:
        return
    database = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in PredictionBatch._meta.concrete_fields if not field.primary_key]
    named, places = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {PredictionBatch._meta.db_table} ({named}) VALUES ({places})"  # noqa: S608
    with database.cursor() as cursor:
        for batch in batches:
            values = (field.get_db_prep_save(getattr(batch, field.attname), database) for field in fields)
            cursor.execute(statement, list(values))


def _cells(one: NewPrediction, moment: Any) -> tuple[Any, ...]:
    chances = None if one.probabilities is None else _json(one.probabilities)
    answer = (_json(one.features), _json(one.prediction), chances, moment)
    return (one.model_id, one.version_id, one.prediction_id, *answer, one.latency_seconds)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _copied(version: ModelVersion, columns: Sequence[pa.Array]) -> bytes:
    """Rows as COPY reads them: cells between tabs, a line each."""
    *texts, moments = columns
    for plain, written in ESCAPES:
        texts = [pc.replace_substring(text, pattern=plain, replacement=written) for text in texts]
    owner = (str(version.model_id), str(version.pk))
    utc = pc.binary_join_element_wise(moments, "+00\n", "")
    missing = {"null_handling": "replace", "null_replacement": r"\N"}
    lines = pc.binary_join_element_wise(*owner, *texts, utc, "\t", **missing)
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "")
    content: bytes = whole[0].as_buffer().to_pybytes()
    return content


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
    written = sorted((pk, json.dumps(actual)) for pk, actual in truths)  # as they lie in the table
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            keys, actuals = [pk for pk, _ in written], [actual for _, actual in written]
            cursor.execute(
                f"UPDATE {_table()} AS known SET actual = told.actual::jsonb, actual_at = %s"  # noqa: S608
                " FROM unnest(%s::bigint[], %s::text[]) AS told(id, actual) WHERE known.id = told.id",
                [moment, keys, actuals],
            )
            return
        statement = f"UPDATE {_table()} SET actual = %s, actual_at = %s WHERE id = %s"  # noqa: S608
        cursor.executemany(statement, [(actual, moment, pk) for pk, actual in written])


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
