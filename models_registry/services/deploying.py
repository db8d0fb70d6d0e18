"""Making a version ready: trained or tried, stored and recorded by a worker."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from dataops.engine.errors import Cancelled
from dataops.web import audit, runs, storage
from dataops.web.runs import Lease, Run, RunState
from models_registry.enums import Alias, PerformanceKind, Runtime, VersionState
from models_registry.formats.templates import TEMPLATES
from models_registry.models import DeployRun, Model, ModelPerformance, ModelVersion
from models_registry.services.building import Built, build
from models_registry.services.promoting import move_alias
from models_registry.services.uploading import build_upload


def execute_deploy_run(run_id: int) -> None:
    """Train, store and record; safe to call any number of times."""
    runs.execute(DeployRun, run_id, _deploy, failed=_give_up_version)


def _deploy(lease: Lease) -> None:
    run = lease.run
    try:
        if run.template:
            built = build(TEMPLATES[run.template], lease.progress)
        else:
            built = build_upload(run, lease.progress)
    except Cancelled:
        _give_up_version(run)
        raise
    stored = storage.store(ContentFile(built.artifact))
    graph = storage.store(ContentFile(built.serving.graph)) if built.serving.graph else None
    rows = _stored_rows(built)
    with transaction.atomic():
        version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
        _record(version, built, stored, graph, rows)
        # Locked as promote_version does: whoever was promoted meanwhile stays the champion.
        model = Model.objects.select_for_update().get(pk=version.model_id)
        if model.champion_id is None:
            move_alias(version, Alias.CHAMPION, by=run.requested_by, reason="The first version of the model.")
        audit.record("model.deployed", by=run.requested_by, target=version)
        lease.settle(RunState.SUCCEEDED)


def _stored_rows(built: Built) -> dict[str, Any]:
    kept = built.reference_rows
    if kept is None or not len(kept):
        return {}
    return kept.told(storage.store(ContentFile(kept.parquet(built.signature))).name)


def _record(
    version: ModelVersion,
    built: Built,
    stored: storage.Stored,
    graph: storage.Stored | None,
    rows: dict[str, Any],
) -> None:
    version.state = VersionState.READY
    version.format = built.format
    version.artifact_name = stored.name
    version.artifact_sha256 = stored.sha256
    version.artifact_bytes = stored.bytes
    is_onnx = graph is not None or built.format == "onnx"
    version.runtime = Runtime.ONNX if is_onnx else Runtime.ORIGINAL
    version.runtime_reason = built.serving.reason
    version.parity = built.serving.parity.as_dict() if built.serving.parity else None
    version.serving_name, version.serving_sha256 = (graph.name, graph.sha256) if graph else ("", "")
    version.memory_bytes = built.memory_bytes
    version.library_versions = built.library_versions
    version.signature = built.signature.as_dict()
    version.training_metrics = built.metrics
    version.parameters = dict(built.parameters)
    version.importances = built.importances
    version.sample = list(built.sample)
    version.training_data = built.training_data
    version.reference_profile = built.reference_profile
    version.reference_rows = rows
    version.save()
    if not built.metrics:
        return
    ModelPerformance.objects.create(
        version=version,
        kind=PerformanceKind.TRAINING,
        rows=built.held_out_rows,
        metrics=built.metrics,
    )


def _give_up_version(run: Run) -> None:
    ModelVersion.objects.filter(deploy_run__pk=run.pk, state=VersionState.DEPLOYING).update(
        state=VersionState.FAILED
    )


@transaction.atomic
def cancel_deploy(*, run: DeployRun, by: Any) -> bool:
    """Stop a deployment; its version will never answer. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        if run.state == RunState.CANCELLED:
            _give_up_version(run)
        audit.record("model.deploy_cancelled", by=by, target=run.version)
    return changed
