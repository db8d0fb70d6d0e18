"""All models in a few numbers."""

from typing import Any

from alerts.selectors import open_alerts
from models_registry.enums import Task
from models_registry.models import DriftRun, Model, ModelVersion
from models_registry.selectors.drift import latest_drift, worst_first
from models_registry.selectors.use import traffic


def summary() -> dict[str, Any]:
    """Models by task, ready versions, drift state of the champions, traffic, worst drift; five queries."""
    models = list(Model.objects.active())
    ids = [model.pk for model in models]
    asked, drift = traffic(ids), latest_drift(ids)
    drifted = [run for run in drift.values() if run.drifted]
    return {
        "models": len(models),
        "by_task": {task: sum(model.task == task for model in models) for task in Task.values},
        "versions": ModelVersion.objects.ready().filter(model_id__in=ids).count(),
        "drifting": len(drifted),
        "stable": sum(run.drifted is False for run in drift.values()),
        "unchecked": sum(pk not in drift or drift[pk].drifted is None for pk in ids),
        "predictions_total": sum(row.total for row in asked.values()),
        "predictions_24h": sum(row.day for row in asked.values()),
        "open_alerts": open_alerts(subject_type="model").count(),
        "drifting_models": [_drift_line(run) for run in sorted(drifted, key=worst_first)],
    }


def _drift_line(run: DriftRun) -> dict[str, Any]:
    return {
        "model": run.version.model.name,
        "version": run.version.number,
        "drift_run": run.pk,
        "severity": run.severity,
        "share_drifted": run.share_drifted,
        "checked_at": run.finished_at,
        "verdict": run.verdict,
    }
