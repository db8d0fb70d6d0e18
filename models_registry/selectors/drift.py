"""Drift runs, and whether models drift."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from dataops.web.runs import LIVE
from models_registry.models import DriftBacktest, DriftRun, Model

EFFECTS_SHOWN = 20


def drift_states(model_ids: Iterable[int]) -> dict[int, list[DriftRun]]:
    """Of each model's champion the newest finished drift run and those that are not over; one query.

    Newest first, without their reports.
    """
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    finished = Model.objects.filter(pk__in=list(model_ids)).values_list(Subquery(newest.values("pk")[:1]))
    live = Q(version__model_id__in=list(model_ids)) & Q(state__in=LIVE)
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
    """With what its window is called by, and without what only the page of a run shows."""
    return runs.select_related("snapshot__source").defer(
        "report", "profile", "version__reference_profile", "version__signature", "version__training_metrics"
    )


def drift_runs_of(model: Model) -> QuerySet[DriftRun]:
    """Newest first, without reports; one query."""
    runs = DriftRun.objects.filter(version__model=model).select_related("version__model", "requested_by")
    return _light(runs)


def effect_histories(run: DriftRun) -> dict[str, list[float | None]]:
    """By column the effect in the 20 finished runs of the version up to this one, oldest first; one query.

    In units of the smallest effect that matters; None where the column was not compared.
    """
    runs = DriftRun.objects.finished().filter(version=run.version_id, pk__lte=run.pk).order_by("-pk")
    effects = list(runs.values_list("effects", flat=True)[:EFFECTS_SHOWN])[::-1]
    return {name: [found.get(name) for found in effects] for name in run.effects}


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


def worst_first(run: DriftRun) -> tuple[int, float]:
    return -("info", "warning", "critical").index(run.severity or "info"), -(run.share_drifted or 0)


def models_needing_attention(limit: int = 8) -> list[DriftRun]:
    """The newest drift run of every model whose champion drifts, worst first; two queries."""
    drift = latest_drift(Model.objects.active().values_list("pk", flat=True))
    return sorted((run for run in drift.values() if run.drifted), key=worst_first)[:limit]


def recent_runs(limit: int = 20) -> QuerySet[DriftRun]:
    """The newest drift runs of all models, without reports; one query."""
    runs = DriftRun.objects.select_related("version__model", "requested_by").order_by("-created_at", "-pk")
    return _light(runs)[:limit]
