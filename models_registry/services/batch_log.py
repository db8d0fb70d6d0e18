"""A request of many rows goes into the log as one row of columns; a worker files it as predictions.

A thousand indexed rows take many times as long to write as the model takes to answer them, some kilobytes
of columns do not. They are as durable. Ids of rows begin with the key of their batch, so that truth that
comes at once finds the batch in which its prediction still waits.
"""

import math
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC

import pyarrow as pa
import structlog
from django.db import transaction
from django.utils import timezone

from models_registry.formats.base import Answer
from models_registry.formats.signature import Column, Signature
from models_registry.models import ModelVersion, PredictionBatch
from models_registry.models.prediction import new_key
from models_registry.services.bulk_log import insert_predictions
from models_registry.services.columnar import object_json, value_json
from models_registry.services.tables import answered

log = structlog.get_logger(__name__)

LEAST_ROWS = 100
"""Fewer are written as rows at once: that is quick, and they can be read at once."""
_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[0-9]{1,6}")


def as_batch(
    version: ModelVersion,
    signature: Signature,
    columns: Mapping[str, Column],
    answer: Answer,
    latency: float,
) -> PredictionBatch:
    """``columns`` by feature and the answer to them, all of equal length; not yet stored."""
    kept = answered(signature, columns, answer.predictions, answer.by_class)
    return PredictionBatch(
        model_id=version.model_id,
        version_id=version.pk,
        key=new_key(),
        rows=len(answer.predictions),
        content=_encoded(pa.RecordBatch.from_pydict(kept)),
        predicted_at=timezone.now(),
        latency_seconds=latency,
    )


def ids_in(batch: PredictionBatch) -> list[str]:
    """Of its rows, in order."""
    key = str(batch.key)
    return [f"{key}-{row}" for row in range(batch.rows)]


def file_waiting(model_id: int | None = None, *, seconds: float = math.inf) -> int:
    """File what waits now, of one model or of all, oldest first, for so many seconds; the number of rows.

    Done by two workers at once it leaves each row once. A batch that cannot be filed waits on alone.
    """
    waiting = PredictionBatch.objects.order_by("pk")
    if model_id is not None:
        waiting = waiting.filter(model_id=model_id)
    until, rows = time.monotonic() + seconds, 0
    for pk in list(waiting.values_list("pk", flat=True)):
        rows += _file_or_leave(pk)
        if time.monotonic() > until:
            break
    return rows


def file_named(model_id: int, ids: Iterable[str]) -> None:
    """File the batches of the model in which predictions of these ids wait."""
    keys = {found[1] for name in ids if (found := _ID.fullmatch(name))}
    if keys:
        waiting = PredictionBatch.objects.filter(model_id=model_id, key__in=keys)
        for pk in list(waiting.values_list("pk", flat=True)):
            _file_or_leave(pk)


def _file_or_leave(pk: int) -> int:
    try:
        return _file(pk)
    except Exception:
        log.exception("batch of predictions not filed", batch=pk)
        return 0


@transaction.atomic
def _file(pk: int) -> int:
    batch = PredictionBatch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if batch is None:  # somebody else was quicker
        return 0
    version = ModelVersion.objects.without_blobs().get(pk=batch.version_id)
    insert_predictions(version, _rows(batch))
    batch.delete()
    return batch.rows


def _encoded(rows: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_batch(rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _rows(batch: PredictionBatch) -> pa.RecordBatch:
    """As ``insert_predictions`` takes them."""
    with pa.ipc.open_stream(bytes(batch.content)) as stream:
        kept = stream.read_next_batch()
    found = {
        "prediction_id": pa.array(ids_in(batch)),
        "features": _objects(kept.column("features")),
        "prediction": value_json(kept.column("prediction")),
        "latency_seconds": pa.repeat(str(batch.latency_seconds), batch.rows),
        "predicted_at": pa.repeat(str(timezone.make_naive(batch.predicted_at, UTC)), batch.rows),
    }
    if "probabilities" in kept.schema.names:
        found = {"probabilities": _objects(kept.column("probabilities"))} | found
    return pa.RecordBatch.from_pydict(found)


def _objects(structs: pa.StructArray) -> pa.Array:
    """A JSON object a row."""
    return object_json(structs.type.names, [value_json(column) for column in structs.flatten()])
