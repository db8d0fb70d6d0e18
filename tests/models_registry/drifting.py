"""Checks of drift, here and now."""

from datetime import UTC, datetime

from models_registry import services
from models_registry.models import DriftRun


def month(number: int) -> datetime:
    return datetime(2013, number, 1, tzinfo=UTC)


def check(model, **window) -> DriftRun:
    run = services.request_drift_run(version=services.champion_of(model), **window)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()
    return run


def drifted(run: DriftRun) -> set[str]:
    return {feature["name"] for feature in run.report["features"] if feature["drifted"]}
