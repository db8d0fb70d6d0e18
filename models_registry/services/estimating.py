"""How good predictions are likely to be, week by week, as long as their truth is not known."""

from datetime import datetime

import structlog
from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from models_registry.enums import PerformanceKind
from models_registry.models import ModelPerformance, ModelVersion
from models_registry.selectors import WEEK, WEEKS_SHOWN, week_of
from models_registry.services.estimators import Answered, estimator_of, why_not
from models_registry.services.measurements import keep_measurement

MOST_ROWS = 50_000
GROWING_WEEKS = 2

log = structlog.get_logger(__name__)


def estimate_performance(
    *, version: ModelVersion, window_from: datetime, window_to: datetime
) -> ModelPerformance | None:
    """Estimate the metrics of all predictions made from ``window_from`` until before ``window_to``.

    The intervals say where chance among rows puts the truth: of as many rows as it is known of, of all when
    it is of none. None without predictions, or when the version cannot be estimated, see ``why_not``.
    """
    began, estimator = timezone.now(), estimator_of(version)
    if estimator is None:
        return None
    logged, rows = _answered(version, window_from, window_to)
    window = version.performance.filter(window_from=window_from, window_to=window_to)
    known = window.filter(kind=PerformanceKind.REALISED).values_list("rows", flat=True).first()
    found = estimator.estimate(rows, known=known)
    if found is None:
        return None
    return keep_measurement(
        version,
        PerformanceKind.ESTIMATED,
        (window_from, window_to),
        began,
        rows=found.rows,
        logged=logged,
        metrics=dict(found.metrics),
        intervals={name: list(ends) for name, ends in found.intervals.items()},
    )


def estimate_missing() -> None:
    """Catch up on weeks with predictions and no estimate, and on those that may still grow."""
    versions = ModelVersion.objects.ready().without_blobs().filter(model__archived_at=None)
    for version in versions.exclude(reference_rows={}).select_related("model"):
        if why_not(version):
            continue
        try:
            _catch_up(version)
        except Exception:  # one broken version must not keep the others from theirs
            log.exception("performance not estimated", version=str(version))


def _catch_up(version: ModelVersion) -> None:
    newest = version.predictions.order_by("-predicted_at").values_list("predicted_at", flat=True).first()
    if newest is None:
        return
    rows = version.performance.filter(kind=PerformanceKind.ESTIMATED)
    logged = dict(rows.values_list("window_from", "logged"))
    for back in range(WEEKS_SHOWN):
        start = week_of(newest) - back * WEEK
        week = version.predictions.filter(predicted_at__gte=start, predicted_at__lt=start + WEEK)
        # Counting is for the newest weeks alone: those before are measured again when truth comes.
        stale = back < GROWING_WEEKS and logged.get(start) != week.count()
        if stale or (start not in logged and week.exists()):
            estimate_performance(version=version, window_from=start, window_to=start + WEEK)


def _answered(version: ModelVersion, window_from: datetime, window_to: datetime) -> tuple[int, Answered]:
    """How many predictions there are, and those of them, evenly chosen, that the estimate is made of."""
    asked = version.predictions.filter(predicted_at__gte=window_from, predicted_at__lt=window_to).order_by()
    count = asked.count()
    step = -(-count // MOST_ROWS)
    if step > 1:
        asked = asked.annotate(place=Mod(F("pk"), step)).filter(place=0)
    return count, list(asked.values_list("prediction", "probabilities", "features"))
