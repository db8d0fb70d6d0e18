"""Models with a champion each, predictions, drift checks and measurements."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from dataops.management.large import BATCH, Size
from dataops.web.runs import RunState, Trigger
from models_registry.enums import Alias, DriftOutcome, PerformanceKind, Task, VersionState
from models_registry.models import AliasChange, DriftRun, Model, ModelPerformance, ModelVersion, Prediction

CHECKS = 30
PREDICTIONS = 200
OVER_DAYS = 90
HOURS = 24 * OVER_DAYS


def make_models(size: Size, random: Random) -> list[Model]:
    """Models in use; about one in eight drifts."""
    models = Model.objects.bulk_create(
        [
            Model(name=f"large-{number + 1:04}", task=list(Task)[number % 2], tags=["large"])
            for number in range(size.models)
        ]
    )
    versions = ModelVersion.objects.bulk_create(
        [ModelVersion(model=model, number=1, state=VersionState.READY) for model in models]
    )
    for model, version in zip(models, versions, strict=True):
        model.champion = version
    Model.objects.bulk_update(models, ["champion"], BATCH // 10)
    AliasChange.objects.bulk_create(
        [AliasChange(model=v.model, alias=Alias.CHAMPION, version=v, at=_ago(random)) for v in versions]
    )
    checks = [_drift_run(v, back, random) for v in versions for back in reversed(range(CHECKS))]
    DriftRun.objects.bulk_create(checks, BATCH)
    measured = [_performance(v, back, random) for v in versions for back in range(CHECKS)]
    ModelPerformance.objects.bulk_create(measured, BATCH)
    predicted = [_prediction(v, random) for v in versions for _ in range(PREDICTIONS)]
    Prediction.objects.bulk_create(predicted, BATCH)
    return models


def _ago(random: Random) -> datetime:
    return timezone.now() - timedelta(hours=random.random() * HOURS)


def _drift_run(version: ModelVersion, back: int, random: Random) -> DriftRun:
    at = timezone.now() - timedelta(days=back * OVER_DAYS / CHECKS, minutes=random.randint(1, 60))
    drifted = random.random() < 0.125
    share = random.uniform(0.1, 0.4) if drifted else 0.0
    return DriftRun(
        version=version,
        state=RunState.SUCCEEDED,
        trigger=Trigger.SCHEDULE,
        progress=1.0,
        outcome=DriftOutcome.OK,
        drifted=drifted,
        severity=random.choice(["info", "warning", "critical"]) if drifted else "",
        share_drifted=share,
        verdict=f"{share:.0%} of the features drifted." if drifted else "No drift.",
        rows=1000,
        created_at=at,
        started_at=at,
        finished_at=at,
        current_from=at - timedelta(days=1),
        current_to=at,
    )


def _performance(version: ModelVersion, back: int, random: Random) -> ModelPerformance:
    until = timezone.now() - timedelta(days=back * OVER_DAYS / CHECKS)
    good = random.uniform(0.8, 0.9)
    metrics = {"roc_auc": good} if version.model.task == Task.CLASSIFICATION else {"mae": 10 * good}
    return ModelPerformance(
        version=version,
        kind=PerformanceKind.REALISED,
        window_from=until - timedelta(days=1),
        window_to=until,
        rows=1000,
        logged=1000,
        metrics=metrics,
    )


def _prediction(version: ModelVersion, random: Random) -> Prediction:
    return Prediction(
        model_id=version.model_id,
        version=version,
        features={"distance": random.randint(100, 3000), "carrier": random.choice("ABCD")},
        prediction=random.random(),
        predicted_at=_ago(random),
        latency_seconds=random.uniform(0.001, 0.02),
    )
