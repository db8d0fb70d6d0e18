"""How good predictions were, week by week, as their truth comes in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dataops.web import queue
from models_registry.enums import PerformanceKind
from models_registry.formats.signature import Signature
from models_registry.models import ModelPerformance, ModelVersion, Prediction
from models_registry.selectors import WEEK, week_of
from models_registry.services.diagnosis import delays, diagnosis
from models_registry.services.estimating import estimate_performance
from models_registry.services.measurements import keep_measurement
from models_registry.services.metrics import measured
from models_registry.services.own_metrics import Chosen, chosen_metrics
from models_registry.services.segments import segments

MOST_ROWS = 50_000
"""Segments and delays are told from the first so many rows of a window."""
MEASURE_TASK = "models_registry.measure_performance"


def measure_performance(
    *, version: ModelVersion, window_from: datetime, window_to: datetime
) -> ModelPerformance | None:
    """Measure the labelled predictions made from ``window_from`` until before ``window_to``.

    One row a window is kept: of measurements at once the one that began last stays, since it knows
    all the truth the others know. None without any truth.
    """
    began = timezone.now()
    asked = version.predictions.filter(predicted_at__gte=window_from, predicted_at__lt=window_to)
    known = asked.labelled().order_by()
    rows = list(known.values_list("actual", "prediction", "probabilities"))
    if not rows:
        return None
    signature = Signature.from_dict(version.signature)
    chosen = chosen_metrics(version.model)
    metrics, intervals = measured(signature, rows, chosen)
    details = diagnosis(signature, rows) | {
        "delay": delays(known.values_list("predicted_at", "actual_at")[:MOST_ROWS]),
        "segments": _segments(version, signature, known, chosen),
    }
    return keep_measurement(
        version,
        PerformanceKind.REALISED,
        (window_from, window_to),
        began,
        rows=len(rows),
        logged=asked.count(),
        metrics=metrics,
        intervals=intervals,
        details=details,
    )


def _segments(
    version: ModelVersion, signature: Signature, known: QuerySet[Prediction], chosen: Sequence[Chosen]
) -> dict[str, list[dict[str, Any]]]:
    rows = list(known.values_list("features", "actual", "prediction", "probabilities")[:MOST_ROWS])
    features, answers = [row[0] for row in rows], [row[1:] for row in rows]
    return segments(signature, version.importances, features, answers, chosen)


def measure_week(version_id: int, week: str) -> None:
    """What a worker does: measure the week from that Monday (ISO 8601). May come twice, late or never."""
    version = ModelVersion.objects.without_blobs().filter(pk=version_id).first()
    if version is not None:
        refresh_performance(version, [datetime.fromisoformat(week)])


def refresh_performance(version: ModelVersion, moments: Iterable[datetime]) -> None:
    """Measure and estimate every calendar week (Monday to Sunday, UTC) that one of the moments falls into."""
    for start in _weeks(moments):
        measure_performance(version=version, window_from=start, window_to=start + WEEK)
        estimate_performance(version=version, window_from=start, window_to=start + WEEK)


def refresh_performance_later(version: ModelVersion, moments: Iterable[datetime]) -> None:
    """Have a worker do it: a week may hold more predictions than a request has time for."""
    for start in _weeks(moments):
        queue.send_on_commit(MEASURE_TASK, version.pk, start.isoformat())


def make_good(version: ModelVersion, known: Mapping[datetime, datetime]) -> None:
    """Measure the weeks whose message was lost: ``known`` has the newest arrival of truth by Monday."""
    rows = version.performance.filter(kind=PerformanceKind.REALISED, window_from__in=known)
    measured = dict(rows.values_list("window_from", "at"))
    refresh_performance(
        version, [week for week, came in known.items() if week not in measured or measured[week] < came]
    )


def _weeks(moments: Iterable[datetime]) -> list[datetime]:
    return sorted({week_of(moment) for moment in moments})
