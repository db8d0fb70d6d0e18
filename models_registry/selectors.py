"""Reads over the tables of the registry; each says what it costs."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber, TruncWeek
from django.utils import timezone

from alerts.selectors import open_alerts
from models_registry.enums import PerformanceKind, Task
from models_registry.models import AliasChange, DriftRun, Model, ModelPerformance, ModelVersion, Prediction

HISTORY_LENGTH = 30
LATENCY_SAMPLE = 200
DAY = timedelta(hours=24)


def models(*, search: str = "", task: str = "") -> QuerySet[Model]:
    """Models in use with owner and champion, without the champions' blobs; one query."""
    rows = Model.objects.active().select_related("owner", "champion").defer("champion__reference_profile")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    return rows.filter(task=task) if task else rows


def models_by_task() -> dict[str, int]:
    counts = Model.objects.active().order_by().values_list("task").annotate(Count("pk"))
    return dict.fromkeys(Task.values, 0) | dict(counts)


def traffic(model_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """``{"total", "day"}``: predictions of each model ever and in the last 24 hours; one query."""
    day = Count("pk", filter=Q(predicted_at__gte=timezone.now() - DAY))
    counts = Prediction.objects.filter(model_id__in=list(model_ids)).order_by().values("model_id")
    return {
        row["model_id"]: {"total": row["total"], "day": row["day"]}
        for row in counts.annotate(total=Count("pk"), day=day)
    }


def latencies(model_ids: Sequence[int]) -> dict[int, list[float]]:
    """Seconds the model took, of the newest 200 answers of each model that have one; one query.

    An index finds the newest of each model, so it costs the same however long the log is.
    """
    if not model_ids:
        return {}
    timed = Prediction.objects.exclude(latency_seconds=None).order_by("-predicted_at", "-pk")
    newest = [Q(pk__in=Subquery(timed.filter(model_id=pk).values("pk")[:LATENCY_SAMPLE])) for pk in model_ids]
    found: dict[int, list[float]] = {}
    rows = Prediction.objects.filter(reduce(or_, newest)).order_by()
    for model_id, seconds in rows.values_list("model_id", "latency_seconds"):
        found.setdefault(model_id, []).append(seconds)
    return found


def p95(seconds: Sequence[float]) -> float | None:
    """The value that 95 % stay under (nearest rank); None of nothing."""
    ordered = sorted(seconds)
    return ordered[-(-95 * len(ordered) // 100) - 1] if ordered else None


def latest_drift(model_ids: Iterable[int]) -> dict[int, DriftRun]:
    """The newest finished drift run of each model's champion, without its report; one query."""
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    runs = Model.objects.filter(pk__in=list(model_ids)).values_list(Subquery(newest.values("pk")[:1]))
    found = DriftRun.objects.filter(pk__in=runs).select_related("version__model").order_by()
    return {run.version.model_id: run for run in _light(found)}


def _light(runs: QuerySet[DriftRun]) -> QuerySet[DriftRun]:
    """Without what only the page of a run shows."""
    return runs.defer(
        "report", "version__reference_profile", "version__signature", "version__training_metrics"
    )


def live_drift(model_ids: Iterable[int]) -> set[int]:
    """Models with a drift run that is not over; one query."""
    live = DriftRun.objects.live().filter(version__model_id__in=list(model_ids))
    return set(live.order_by().values_list("version__model_id", flat=True))


def performance_histories(version_ids: Iterable[int]) -> dict[int, list[ModelPerformance]]:
    """The newest 30 realised measurements of each version, oldest first; one query."""
    place = Window(RowNumber(), partition_by=F("version_id"), order_by=F("window_to").desc())
    rows = ModelPerformance.objects.filter(version_id__in=list(version_ids), kind=PerformanceKind.REALISED)
    found: dict[int, list[ModelPerformance]] = {}
    for row in rows.annotate(place=place).filter(place__lte=HISTORY_LENGTH).order_by("window_to"):
        found.setdefault(row.version_id, []).append(row)
    return found


def open_alert_counts(model_ids: Iterable[int]) -> dict[int, int]:
    """Open alerts of each model; one query."""
    ids = [str(pk) for pk in model_ids]
    counts = open_alerts(subject_type="model").filter(subject_id__in=ids).order_by()
    return {int(pk): count for pk, count in counts.values_list("subject_id").annotate(Count("pk"))}


def versions_of(model: Model) -> QuerySet[ModelVersion]:
    """Newest first, without blobs, with who made them and the job that did; one query."""
    return model.versions.without_blobs().select_related("created_by", "deploy_run").order_by("-number")


def aliases_of(model: Model) -> dict[str, ModelVersion]:
    """The version each alias stands for now; one query."""
    current: dict[str, ModelVersion] = {}
    for change in alias_changes(model):
        current.setdefault(change.alias, change.version)
    return current


def alias_changes(model: Model) -> QuerySet[AliasChange]:
    """Every move, newest first, with version and person; one query."""
    changes = model.alias_changes.select_related("version", "by")
    return changes.defer("version__reference_profile", "version__signature")


def drift_runs_of(model: Model) -> QuerySet[DriftRun]:
    """Newest first, without reports; one query."""
    runs = DriftRun.objects.filter(version__model=model).select_related("version__model", "requested_by")
    return _light(runs)


def predictions_of(model: Model) -> QuerySet[Prediction]:
    """The log, newest first, with the number of the version; one query."""
    rows = model.predictions.select_related("version").order_by("-predicted_at", "-pk")
    return rows.only(
        "prediction_id", "features", "prediction", "probabilities", "actual", "actual_at", "predicted_at",
        "latency_seconds", "model_id", "version__number",
    )  # fmt: skip


def predictions_by_week(model: Model) -> list[tuple[Any, int, int]]:
    """(Monday, predictions, of these with their truth) for each week with any, oldest first; one query."""
    weeks = model.predictions.order_by().annotate(week=TruncWeek("predicted_at")).values_list("week")
    counts = weeks.annotate(Count("pk"), Count("actual_at")).order_by("week")
    return list(counts)


def performance_of(model: Model) -> QuerySet[ModelPerformance]:
    """All measurements of all versions, newest window first; one query."""
    rows = ModelPerformance.objects.filter(version__model=model).select_related("version")
    return rows.defer("version__reference_profile", "version__signature").order_by(
        F("window_to").desc(nulls_last=True), "-pk"
    )


def summary() -> dict[str, Any]:
    """Models by task, ready versions, drift state of the champions, traffic, worst drift; six queries."""
    ids = list(Model.objects.active().values_list("pk", flat=True))
    drift = latest_drift(ids)
    counts = traffic(ids)
    drifted = [run for run in drift.values() if run.drifted]
    return {
        "models": len(ids),
        "by_task": models_by_task(),
        "versions": ModelVersion.objects.ready().filter(model_id__in=ids).count(),
        "drifting": len(drifted),
        "stable": sum(run.drifted is False for run in drift.values()),
        "unchecked": len(ids) - len(drift),
        "predictions_total": sum(row["total"] for row in counts.values()),
        "predictions_24h": sum(row["day"] for row in counts.values()),
        "open_alerts": open_alerts(subject_type="model").count(),
        "drifting_models": [_drift_line(run) for run in sorted(drifted, key=_worst_first)],
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


def _worst_first(run: DriftRun) -> tuple[int, float]:
    return -("info", "warning", "critical").index(run.severity or "info"), -(run.share_drifted or 0)


def models_needing_attention(limit: int = 8) -> list[DriftRun]:
    """The newest drift run of every model whose champion drifts, worst first; two queries."""
    drift = latest_drift(Model.objects.active().values_list("pk", flat=True))
    return sorted((run for run in drift.values() if run.drifted), key=_worst_first)[:limit]


def recent_runs(limit: int = 20) -> QuerySet[DriftRun]:
    """The newest drift runs of all models, without reports; one query."""
    runs = DriftRun.objects.select_related("version__model", "requested_by").order_by("-created_at", "-pk")
    return _light(runs)[:limit]
