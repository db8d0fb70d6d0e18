"""How good predictions were, week by week, as their truth comes in."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from models_registry.enums import PerformanceKind
from models_registry.formats.signature import Signature
from models_registry.models import ModelPerformance, ModelVersion
from models_registry.selectors import WEEK, week_of
from models_registry.services.metrics import metrics_of_rows


def measure_performance(
    *, version: ModelVersion, window_from: datetime, window_to: datetime
) -> ModelPerformance | None:
    """Measure the labelled predictions made from ``window_from`` until before ``window_to``.

    One row a window is kept: of measurements at once the one that began last stays, since it knows
    all the truth the others know. None without any truth.
    """
    began = timezone.now()
    rows = list(
        version.predictions.labelled()
        .filter(predicted_at__gte=window_from, predicted_at__lt=window_to)
        .values_list("actual", "prediction", "probabilities")
    )
    if not rows:
        return None
    metrics = metrics_of_rows(Signature.from_dict(version.signature), rows)
    found = {"rows": len(rows), "metrics": metrics, "at": began}
    measured, is_new = ModelPerformance.objects.get_or_create(
        version=version,
        kind=PerformanceKind.REALISED,
        window_from=window_from,
        window_to=window_to,
        defaults=found,
    )
    if not is_new:
        ModelPerformance.objects.filter(pk=measured.pk, at__lt=began).update(**found)
        measured.refresh_from_db()
    return measured


def refresh_performance(version: ModelVersion, moments: Iterable[datetime]) -> None:
    """Measure every calendar week (Monday to Sunday, UTC) that one of the moments falls into."""
    for start in sorted({week_of(moment) for moment in moments}):
        measure_performance(version=version, window_from=start, window_to=start + WEEK)
