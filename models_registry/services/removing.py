"""Removing a model for good, with all that was learnt about it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from alerts import services as alerts
from alerts.selectors import open_alerts
from dataops.web import audit, storage
from dataops.web.counting import counts
from models_registry.models import DriftRun, Model, ModelVersion, Prediction


@dataclass(frozen=True, slots=True)
class ModelRemoval:
    """What a deletion takes with it."""

    versions: int
    predictions: int
    drift_runs: int
    open_alerts: int


def removal_of(model: Model) -> ModelRemoval:
    """One query."""
    gone = counts(
        versions=model.versions.all(),
        predictions=Prediction.objects.filter(model=model),
        drift_runs=DriftRun.objects.filter(version__model=model),
        open_alerts=open_alerts(subject_type="model", subject_id=str(model.pk)),
    )
    return ModelRemoval(**gone)


@transaction.atomic
def delete_model(model: Model, *, by: Any) -> ModelRemoval:
    """Remove a model with versions, files and predictions; its alerts are closed and stay as history."""
    removal = removal_of(model)
    audit.record("model.deleted", by=by, target=model, changes=asdict(removal))
    alerts.close_subject(
        subject_type="model", subject_id=str(model.pk), by=by, comment="The model was deleted."
    )
    contents = {name for version in model.versions.all() for name in _contents(version)}
    model.delete()
    _forget(contents)
    return removal


def _contents(version: ModelVersion) -> set[str]:
    names = {version.artifact_name, version.serving_name, version.reference_rows.get("name", "")}
    return names - {""}


def _forget(names: set[str]) -> None:
    """Equal contents are stored once: those that another version has stay."""
    others = ModelVersion.objects.filter(
        Q(artifact_name__in=names) | Q(serving_name__in=names) | Q(reference_rows__name__in=names)
    )
    needed = {name for version in others for name in _contents(version)}
    transaction.on_commit(lambda: storage.remove(names - needed))
