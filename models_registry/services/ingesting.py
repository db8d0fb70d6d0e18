"""Files of predictions and of truth, taken in by a worker: what can be taken is, the rest is told by row."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dataops.engine.apart.jobs import StoredFile
from dataops.web import apart, audit, runs, storage
from dataops.web.runs import Lease, RunState, Trigger
from dataops.web.words import lazy as _
from models_registry.enums import IngestKind
from models_registry.models import IngestRun, Model, ModelVersion
from models_registry.services.errors import NotPossible
from models_registry.services.ingest_rows import Outcome, Predictions, Read, Truths
from models_registry.services.performance import refresh_performance_later
from models_registry.services.routing import champion_of

BLOCK_ROWS = 20_000


def request_ingest(
    *,
    model: Model,
    file: UploadedFile,
    kind: str,
    version: ModelVersion | None = None,
    by: Any = None,
    trigger: str = Trigger.MANUAL,
) -> IngestRun:
    """Queue a file for the log of ``model``; any table that the product reads.

    ``predictions``: a column a feature, ``prediction``, and if known ``probability_<class>``,
    ``prediction_id`` and ``predicted_at``; made by ``version``, the champion by default. ``actuals``:
    ``prediction_id`` and ``actual``. Raises NotPossible when no version is ready.
    """
    version = version or champion_of(model)
    if not version.is_ready:
        raise NotPossible(
            _("%(version)s is %(state)s; it can have no predictions yet.")
            % {"version": version, "state": version.state}
        )
    stored = storage.store(file)
    with transaction.atomic():
        run = IngestRun.objects.create(
            model=model,
            version=version,
            kind=kind,
            file_name=storage.clean_file_name(file.name or ""),
            upload_name=stored.name,
            upload_sha256=stored.sha256,
            requested_by=by,
            trigger=trigger,
        )
        audit.record("model.ingest_requested", by=by, target=run, changes={"kind": kind})
        runs.nudge_on_commit(run)
    return run


def execute_ingest_run(run_id: int) -> None:
    """Take the file in; safe to call any number of times, rows that are there already are told as such."""
    runs.execute(IngestRun, run_id, _ingest)


def _ingest(lease: Lease) -> None:
    run = lease.run
    version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
    kind: Callable[..., Predictions | Truths] = Predictions if run.kind == IngestKind.PREDICTIONS else Truths
    dataset = apart.Rows(StoredFile(storage.path_of(run.upload_name)))
    taken = kind(version, run.upload_sha256)
    taken.check_columns(dataset.names)
    outcome = Outcome()
    for block in _one_ahead(taken.read, _blocks(dataset)):
        with transaction.atomic():
            taken.write(block, outcome)
        lease.progress(0.95 * min(dataset.fraction_read, 1.0), "writing the prediction log")
    with transaction.atomic():
        for version_id, weeks in outcome.weeks.items():
            refresh_performance_later(ModelVersion(pk=version_id), weeks)
        lease.settle(RunState.SUCCEEDED, report=outcome.as_dict())


def _blocks(dataset: Any) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Parts of the file, each with how many rows came before it."""
    before = 0
    for batch in dataset.blocks():
        for start in range(0, batch.num_rows, BLOCK_ROWS):
            yield batch.slice(start, BLOCK_ROWS), before + start
        before += batch.num_rows


def _one_ahead(
    read: Callable[[pa.RecordBatch, int], Read[Any]], blocks: Iterable[tuple[pa.RecordBatch, int]]
) -> Iterator[Read[Any]]:
    """What is read from each block; a thread reads the next one while the database takes this one."""
    with ThreadPoolExecutor(1, thread_name_prefix="ingest") as thread:
        coming: Future[Read[Any]] | None = None
        for block in blocks:
            this, coming = coming, thread.submit(read, *block)
            if this:
                yield this.result()
        if coming:
            yield coming.result()


@transaction.atomic
def cancel_ingest(*, run: IngestRun, by: Any) -> bool:
    """Stop a run; what it wrote stays. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("model.ingest_cancelled", by=by, target=run)
    return changed
