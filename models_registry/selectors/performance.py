"""Measurements of how good versions are."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from models_registry.enums import PerformanceKind, Task
from models_registry.models import Model, ModelPerformance

HISTORY_LENGTH = 30
ALWAYS_OF_PROBABILITIES = "brier"
"""Also where ROC AUC is not defined, as in a week in which but one thing happened."""


def performance_histories(version_ids: Iterable[int]) -> dict[int, list[ModelPerformance]]:
    """The newest 30 realised measurements of each version, oldest first; one query."""
    place = Window(RowNumber(), partition_by=F("version_id"), order_by=F("window_to").desc())
    rows = ModelPerformance.objects.filter(version_id__in=list(version_ids), kind=PerformanceKind.REALISED)
    found: dict[int, list[ModelPerformance]] = {}
    rows = rows.defer("details")
    for row in rows.annotate(place=place).filter(place__lte=HISTORY_LENGTH).order_by("window_to"):
        found.setdefault(row.version_id, []).append(row)
    return found


def headline(model: Model, measured: Iterable[ModelPerformance]) -> str:
    """The metric to show where there is room for one: the main one, unless all predictions that were
    measured came without probabilities."""
    task, found = Task(model.task), [row.metrics for row in measured]
    came = not found or any(ALWAYS_OF_PROBABILITIES in metrics for metrics in found)
    return task.main_metric if came else task.metric_of_labels


def main_history(model: Model, measured: Sequence[ModelPerformance]) -> list[float | None]:
    """The ``headline`` of ``measured``, in their order."""
    name = headline(model, measured)
    return [row.metrics.get(name) for row in measured]


def main_value(model: Model, history: Iterable[float | None]) -> float | None:
    """The newest known one of ``main_history``, that of training where there is none."""
    known = [value for value in history if value is not None]
    trained = model.champion.training_metrics if model.champion else {}
    return known[-1] if known else trained.get(Task(model.task).main_metric)


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


def performance_of(model: Model) -> QuerySet[ModelPerformance]:
    """All measurements of all versions, newest window first; one query. Of their ``details`` only of how many
    rows the metrics of probabilities are, where not of all."""
    rows = ModelPerformance.objects.filter(version__model=model).select_related("version")
    rows = rows.annotate(rows_with_probabilities=F("details__rows_with_probabilities"))
    return rows.defer("details", "version__reference_profile", "version__signature").order_by(
        F("window_to").desc(nulls_last=True), "-kind", "-pk"
    )
