"""Batch scoring: a data source in, a data source with predictions out."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dataops.web import audit, runs
from dataops.web.runs import Lease, RunState, Trigger
from dataops.web.words import lazy as _
from models_registry.enums import SignaturePolicy
from models_registry.models import ModelVersion, ScoringRun
from models_registry.services.datasets import dataset_of, newest_data
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.loading import loaded
from models_registry.services.rows import Scorer
from quality.models import DataSource
from quality.services import receive_upload
from quality.services.stored import rows_of

LONGEST_NAME = 120


def request_scoring(
    *,
    version: ModelVersion,
    source: DataSource,
    target_name: str = "",
    by: Any = None,
    trigger: str = Trigger.MANUAL,
) -> ScoringRun:
    """Queue the prediction of all rows of the newest dataset of ``source``.

    They go into the source ``target_name`` ("<source> by <model>" when nothing is said). Raises
    NotPossible when the version cannot answer or the source has no data at hand, NotAccepted for a
    target that is the source itself.
    """
    name = (target_name or f"{source.name[:60]} by {version.model.name[:50]}")[:LONGEST_NAME]
    if name == source.name:
        raise NotAccepted(
            _("The predictions would become the newest data of their own source; name another."),
            location="target_name",
        )
    if not version.is_ready or version.model.archived_at is not None:
        raise NotPossible(
            _("%(version)s cannot answer: it is %(state)s or its model is archived.")
            % {"version": version, "state": version.state}
        )
    snapshot = newest_data(source)
    with transaction.atomic():
        run = ScoringRun.objects.create(
            version=version,
            snapshot=snapshot,
            source_name=source.name,
            target_name=name,
            requested_by=by,
            trigger=trigger,
        )
        audit.record(
            "model.scoring_requested", by=by, target=run, changes={"source": source.name, "into": name}
        )
        runs.nudge_on_commit(run)
    return run


def execute_scoring_run(run_id: int) -> None:
    """Predict and hand in; safe to call any number of times."""
    runs.execute(ScoringRun, run_id, _score)


def _score(lease: Lease) -> None:
    run = lease.run
    version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
    scorer = Scorer(loaded(version), accept=version.model.policy == SignaturePolicy.ACCEPT)
    dataset = rows_of(dataset_of(run))
    scorer.check_columns(dataset.names)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "predictions.parquet"
        _write(path, (scorer.scored(batch) for batch in _told(lease, dataset)))
        lease.progress(0.95, "handing in the predictions")
        # The same rows give the same file: done twice, the source has one dataset of it.
        with path.open("rb") as file:
            name = f"{dataset_of(run).file_name[:200]}.predictions.parquet"
            upload = UploadedFile(file, name=name, size=path.stat().st_size)
            receipt = receive_upload(
                file=upload, source_name=run.target_name, by=run.requested_by, trigger=Trigger.SYSTEM
            )
    lease.settle(RunState.SUCCEEDED, rows=scorer.rows, refused=scorer.refused, output_id=receipt.source.pk)


def _told(lease: Lease, dataset: Any) -> Iterator[pa.RecordBatch]:
    for batch in dataset.blocks():
        yield batch
        lease.progress(0.9 * min(dataset.fraction_read, 1.0), "predicting")


def _write(path: Path, tables: Iterator[pa.Table]) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table.cast(writer.schema))
    finally:
        if writer is not None:
            writer.close()


@transaction.atomic
def cancel_scoring(*, run: ScoringRun, by: Any) -> bool:
    """Stop a run; a running one stops at its next block. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("model.scoring_cancelled", by=by, target=run)
    return changed
