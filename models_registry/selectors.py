"""Reads over the tables of the registry; each says what it costs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import dropwhile
from operator import or_
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from alerts.selectors import open_alerts
from dataops.web.prepared import Prepared
from dataops.web.runs import TERMINAL
from models_registry.enums import PerformanceKind, Task
from models_registry.models import (
    AliasChange,
    AllowedType,
    DriftBacktest,
    DriftRun,
    IngestRun,
    Model,
    ModelPerformance,
    ModelVersion,
    Prediction,
    ScoringRun,
    ViolationCount,
)

HISTORY_LENGTH = 30
LATENCY_SAMPLE = 200
WEEKS_SHOWN = 26
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def week_of(moment: datetime) -> datetime:
    """The Monday, 00:00 UTC, that starts the week of ``moment``."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def models(*, search: str = "", task: str = "") -> QuerySet[Model]:
    """Models in use with owner and champion, without the champions' blobs; one query."""
    rows = Model.objects.active().select_related("owner", "champion").defer("champion__reference_profile")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    return rows.filter(task=task) if task else rows


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions of a model ever and in the last 24 hours, those with truth, and the newest one's time."""

    total: int = 0
    day: int = 0
    labelled: int = 0
    newest_at: datetime | None = None


def traffic(model_ids: Iterable[int]) -> dict[int, Traffic]:
    """What each model was asked; one query over indexes."""
    log = Prediction.objects.filter(model=OuterRef("pk")).order_by()
    counted = log.values("model").annotate(found=Count("pk")).values("found")
    # The truth is counted when it is measured: the log itself has no index on it.
    measured = ModelPerformance.objects.filter(version__model=OuterRef("pk"), kind=PerformanceKind.REALISED)
    labelled = measured.order_by().values("version__model").annotate(found=Sum("rows")).values("found")
    rows = Model.objects.filter(pk__in=list(model_ids)).values_list(
        "pk",
        F("predictions_removed") + Coalesce(Subquery(counted), 0),
        Coalesce(Subquery(counted.filter(predicted_at__gte=timezone.now() - DAY)), 0),
        Coalesce(Subquery(labelled), 0),
        Subquery(log.order_by("-predicted_at").values("predicted_at")[:1]),
    )
    return {pk: Traffic(*found) for pk, *found in rows}


def latencies(model_ids: Sequence[int]) -> dict[int, list[float]]:
    """Seconds the model took, of those of each model's newest 200 predictions that were timed; one query.

    An index finds the newest of each model, so it costs the same however long the log is.
    """
    if not model_ids:
        return {}
    log = Prediction.objects.order_by("-predicted_at", "-pk")
    newest = [Q(pk__in=Subquery(log.filter(model_id=pk).values("pk")[:LATENCY_SAMPLE])) for pk in model_ids]
    timed = Prediction.objects.filter(reduce(or_, newest)).exclude(latency_seconds=None).order_by()
    found: dict[int, list[float]] = {}
    for model_id, seconds in timed.values_list("model_id", "latency_seconds"):
        found.setdefault(model_id, []).append(seconds or 0.0)
    return found


@dataclass(frozen=True, slots=True)
class VersionUse:
    """What one version was asked: ever, in the last 24 hours, and the seconds of its newest timed answers."""

    version: ModelVersion
    total: int
    day: int
    seconds: list[float]


def use_by_version(model: Model) -> list[VersionUse]:
    """Of the newest 20 ready versions, newest first; one query, and a short one for each version."""
    log = Prediction.objects.filter(version=OuterRef("pk")).order_by().values("version")
    counted = log.annotate(found=Count("pk")).values("found")
    rows = model.versions.ready().without_blobs().order_by("-number")[:20]
    versions = rows.annotate(
        total=Coalesce(Subquery(counted), 0),
        day=Coalesce(Subquery(counted.filter(predicted_at__gte=timezone.now() - DAY)), 0),
    )
    return [
        VersionUse(version, version.total, version.day, _newest_latencies(version)) for version in versions
    ]


def _newest_latencies(version: ModelVersion) -> list[float]:
    newest = version.predictions.order_by("-predicted_at").values_list("latency_seconds", flat=True)
    return [seconds for seconds in newest[:LATENCY_SAMPLE] if seconds is not None]


def p95(seconds: Sequence[float]) -> float | None:
    """The value that 95 % do not exceed (nearest rank); None of nothing.

    >>> p95([float(n) for n in range(1, 101)]), p95([0.5]), p95([])
    (95.0, 0.5, None)
    """
    ordered = sorted(seconds)
    return ordered[-(-95 * len(ordered) // 100) - 1] if ordered else None


def drift_states(model_ids: Iterable[int]) -> dict[int, list[DriftRun]]:
    """Of each model's champion the newest finished drift run and those that are not over; one query.

    Newest first, without their reports.
    """
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    finished = Model.objects.filter(pk__in=list(model_ids)).values_list(Subquery(newest.values("pk")[:1]))
    live = Q(version__model_id__in=list(model_ids)) & ~Q(state__in=TERMINAL)
    runs = DriftRun.objects.filter(Q(pk__in=finished) | live).select_related("version__model")
    found: dict[int, list[DriftRun]] = {}
    for run in _light(runs).order_by("-created_at", "-pk"):
        found.setdefault(run.version.model_id, []).append(run)
    return found


def latest_drift(model_ids: Iterable[int]) -> dict[int, DriftRun]:
    """The newest finished drift run of each model's champion, without its report; one query."""
    states = drift_states(model_ids)
    finished = {pk: [run for run in runs if run.is_terminal] for pk, runs in states.items()}
    return {pk: runs[0] for pk, runs in finished.items() if runs}


def _light(runs: QuerySet[DriftRun]) -> QuerySet[DriftRun]:
    """Without what only the page of a run shows."""
    return runs.defer(
        "report", "profile", "version__reference_profile", "version__signature", "version__training_metrics"
    )


def performance_histories(version_ids: Iterable[int]) -> dict[int, list[ModelPerformance]]:
    """The newest 30 realised measurements of each version, oldest first; one query."""
    place = Window(RowNumber(), partition_by=F("version_id"), order_by=F("window_to").desc())
    rows = ModelPerformance.objects.filter(version_id__in=list(version_ids), kind=PerformanceKind.REALISED)
    found: dict[int, list[ModelPerformance]] = {}
    rows = rows.defer("details")
    for row in rows.annotate(place=place).filter(place__lte=HISTORY_LENGTH).order_by("window_to"):
        found.setdefault(row.version_id, []).append(row)
    return found


def newest_realised(model: Model, pk: int | None = None) -> ModelPerformance | None:
    """The measurement of that key, else the champion's newest one, with its details; one query."""
    rows = ModelPerformance.objects.filter(version__model=model, kind=PerformanceKind.REALISED)
    rows = rows.filter(pk=pk) if pk else rows.filter(version=model.champion_id)
    rows = rows.select_related("version__model").defer("version__reference_profile")
    return rows.order_by("-window_to").first()


def measured_by_version(model: Model) -> dict[int, list[ModelPerformance]]:
    """Weekly measurements of each version, realised and estimated, oldest first; one query."""
    rows = ModelPerformance.objects.filter(version__model=model).exclude(window_from=None)
    rows = rows.defer("details")
    found: dict[int, list[ModelPerformance]] = {}
    for row in rows.order_by("window_from", "kind"):
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
    newest: dict[str, AliasChange] = {}
    for change in alias_changes(model):
        newest.setdefault(change.alias, change)
    return {alias: change.version for alias, change in newest.items() if not change.withdrawn}


def alias_changes(model: Model) -> QuerySet[AliasChange]:
    """Every move, newest first, with version and person; one query."""
    changes = model.alias_changes.select_related("version", "by")
    return changes.defer("version__reference_profile", "version__signature")


def ingest_runs_of(model: Model) -> QuerySet[IngestRun]:
    """Files for the log, newest first, with model, version and person; one query."""
    runs = model.ingest_runs.select_related("model", "version", "requested_by")
    return runs.defer("version__reference_profile", "version__signature")


def scoring_runs_of(model: Model) -> QuerySet[ScoringRun]:
    """Batch scorings of all versions, newest first, with source and output; one query."""
    runs = ScoringRun.objects.filter(version__model=model)
    runs = runs.select_related("version__model", "snapshot__source", "output", "requested_by")
    return runs.defer("version__reference_profile", "version__signature")


def violations_of(model: Model) -> QuerySet[ViolationCount]:
    """Accepted values that broke the signature, newest day first, with the version; one query."""
    rows = ViolationCount.objects.filter(version__model=model).select_related("version")
    return rows.defer("version__reference_profile", "version__signature")


# In the order of the columns, as ``from_db`` wants them.
_SERVED = ("id", "name", "task", "policy", "challenger_fraction")
_SERVED_BY = (
    "id", "model_id", "number", "state", "format", "artifact_name", "artifact_sha256", "runtime",
    "serving_name", "serving_sha256", "memory_bytes",
)  # fmt: skip
_ROW = Prepared(
    lambda name: Model.objects.filter(name=name).values_list(
        "archived_at",
        *_SERVED,
        *(f"{alias}__{field}" for alias in ("champion", "challenger") for field in _SERVED_BY),
    )
)


def served(name: str) -> Model | None:
    """A model with what answering takes and nothing more, None without one of the name; one query."""
    if (row := _ROW.one(name)) is None:
        return None
    own, theirs = row[1 : 1 + len(_SERVED)], row[1 + len(_SERVED) :]
    model = Model.from_db(DEFAULT_DB_ALIAS, _SERVED, own)
    model.archived_at = row[0]  # asked only whether there is one
    model.champion = _answering(theirs[: len(_SERVED_BY)])
    model.challenger = _answering(theirs[len(_SERVED_BY) :])
    return model


def _answering(values: Sequence[Any]) -> ModelVersion | None:
    return None if values[0] is None else ModelVersion.from_db(DEFAULT_DB_ALIAS, _SERVED_BY, values)


def added_types() -> QuerySet[AllowedType]:
    """Types added to the allow-list and not taken off again, of all library versions; one query."""
    return AllowedType.objects.filter(removed_at=None).select_related("added_by")


def drift_runs_of(model: Model) -> QuerySet[DriftRun]:
    """Newest first, without reports; one query."""
    runs = DriftRun.objects.filter(version__model=model).select_related("version__model", "requested_by")
    return _light(runs)


def backtests_of(model: Model) -> QuerySet[DriftBacktest]:
    """Policies tried on its versions, newest first; one query."""
    runs = DriftBacktest.objects.filter(version__model=model)
    runs = runs.select_related("version__model", "requested_by")
    return runs.defer("version__reference_profile", "version__signature")


def windows_of(job: DriftBacktest) -> list[tuple[DriftRun, dict[str, Any]]]:
    """Each window that is still there with what the policy said of it, newest first; one query."""
    runs = _light(DriftRun.objects.select_related("version__model"))
    found = runs.in_bulk([verdict["drift_run"] for verdict in job.verdicts])
    told = reversed(job.verdicts)
    return [(found[one["drift_run"]], one) for one in told if one["drift_run"] in found]


def predictions_of(model: Model) -> QuerySet[Prediction]:
    """The log, newest first, with the number of the version; one query."""
    rows = model.predictions.select_related("version").order_by("-predicted_at", "-pk")
    return rows.only(
        "prediction_id", "features", "prediction", "probabilities", "actual", "actual_at", "predicted_at",
        "latency_seconds", "model_id", "version__number",
    )  # fmt: skip


def predictions_by_week(model: Model, until: datetime) -> list[tuple[datetime, int]]:
    """(Monday, predictions) of the 26 weeks up to that of ``until``, from the first with any; one query.

    Each week is counted by a range of the index: grouping by a truncated date would read every row.
    """
    newest = week_of(until)
    starts = [newest - number * WEEK for number in reversed(range(WEEKS_SHOWN))]
    mine = Prediction.objects.filter(model=OuterRef("pk")).order_by().values("model")

    def counted(start: datetime) -> Subquery:
        week = mine.filter(predicted_at__gte=start, predicted_at__lt=start + WEEK)
        return Subquery(week.annotate(found=Count("pk")).values("found"))

    counts = Model.objects.filter(pk=model.pk).values_list(*map(counted, starts)).get()
    weeks = [(start, count or 0) for start, count in zip(starts, counts, strict=True)]
    return list(dropwhile(lambda week: not week[1], weeks))


def performance_of(model: Model) -> QuerySet[ModelPerformance]:
    """All measurements of all versions, newest window first; one query."""
    rows = ModelPerformance.objects.filter(version__model=model).select_related("version")
    return rows.defer("details", "version__reference_profile", "version__signature").order_by(
        F("window_to").desc(nulls_last=True), "-kind", "-pk"
    )


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


def runbooks_of(subject_ids: Collection[str]) -> dict[tuple[str, str, str, str], str]:
    """Links of these models, as ``alerts.services.runbooks`` asks for them; one query."""
    keys = [int(one) for one in subject_ids if one.isdecimal() and len(one) < 19]
    rows = Model.objects.filter(pk__in=keys).exclude(runbook_url="").values_list("pk", "runbook_url")
    return {(str(pk), "", "", ""): url for pk, url in rows}
