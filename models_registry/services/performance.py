"""How good predictions were, week by week, as their truth comes in."""

from collections.abc import Iterable
from datetime import datetime

from models_registry.enums import PerformanceKind
from models_registry.formats.signature import Signature
from models_registry.models import ModelPerformance, ModelVersion
from models_registry.selectors import WEEK, week_of
from models_registry.services.metrics import metrics_of_rows


def measure_performance(
    *, version: ModelVersion, window_from: datetime, window_to: datetime
) -> ModelPerformance | None:
    """Measure the labelled predictions made from ``window_from`` until before ``window_to``.

    One row a window is kept: measuring again, with more truth, replaces it. None without any truth.
    """
    rows = list(
        version.predictions.labelled()
        .filter(predicted_at__gte=window_from, predicted_at__lt=window_to)
        .values_list("actual", "prediction", "probabilities")
    )
    if not rows:
        return None
    metrics = metrics_of_rows(Signature.from_dict(version.signature), rows)
    measured, _ = ModelPerformance.objects.update_or_create(
        version=version,
        kind=PerformanceKind.REALISED,
        window_from=window_from,
        window_to=window_to,
        defaults={"rows": len(rows), "metrics": metrics},
    )
    return measured


def refresh_performance(version: ModelVersion, moments: Iterable[datetime]) -> None:
    """Measure every calendar week (Monday to Sunday, UTC) that one of the moments falls into."""
    for start in sorted({week_of(moment) for moment in moments}):
        measure_performance(version=version, window_from=start, window_to=start + WEEK)
