"""How long the prediction log is kept: what was learnt of its windows stays, the rows go."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from dataops.web import audit
from dataops.web.runs import Trigger
from models_registry.models import DriftRun, Model, ModelVersion, Prediction, ShadowAnswer, Watch
from models_registry.selectors import WEEK, week_of
from models_registry.services.batch_log import file_waiting
from models_registry.services.drift_requests import can_be_compared, request_drift_run
from models_registry.services.performance import make_good

log = structlog.get_logger(__name__)

LEAST_DAYS = 7
BATCH = 1_000

Asked = dict[ModelVersion, dict[datetime, datetime | None]]


def remove_old_predictions() -> int:
    """Remove the predictions that outlived the days of their model, with their truth; returns how many.

    In batches that are whole by themselves: killed in between, the next removal goes on from there.
    """
    return sum(_remove_of(model) for model in Model.objects.exclude(prediction_days=None))


def removable_before(model: Model) -> datetime | None:
    """Until before which predictions may go: whole weeks, old enough, whose windows were profiled.

    None where nothing may: all is kept for ever, a drift check reads just now, or the clock has not come by.
    """
    if model.prediction_days is None:
        return None
    if DriftRun.objects.live().filter(version__model=model).exists():
        return None
    until = timezone.now() - timedelta(days=model.prediction_days)
    if (watch := _clock_of(model)) is not None:
        if watch.last_at is None:
            return None
        until = min(until, watch.last_at)
    # A week is measured as a whole, so it goes as a whole.
    return week_of(until)


def _clock_of(model: Model) -> Watch | None:
    """What checks its windows by itself; None when nothing does."""
    watch = getattr(model, "watch", None)
    return watch if watch is not None and not watch.paused and watch.next_at is not None else None


def _remove_of(model: Model) -> int:
    before = removable_before(model)
    if before is None:
        return 0
    file_waiting(model.pk)
    asked = _weeks_asked(model, before)
    if _clock_of(model) is None and _profile_first(asked):
        return 0  # the next removal finds them profiled
    _measure_for_the_last_time(asked)
    total = 0
    while count := _remove_some(model, before):
        total += count
    audit.record("model.predictions_removed", by=None, target=model, changes={"count": total})
    log.info("old predictions removed", model=model.name, count=total)
    return total


def _weeks_asked(model: Model, before: datetime) -> Asked:
    """Of each version the weeks to go in which it was asked, with the arrival of their newest truth."""
    old = model.predictions.filter(predicted_at__lt=before).order_by()
    oldest = old.order_by("predicted_at").values_list("predicted_at", flat=True).first()
    start = before if oldest is None else week_of(oldest)
    weeks = [start + number * WEEK for number in range((before - start) // WEEK)]
    found: Asked = {}
    for version in model.versions.without_blobs().select_related("model"):
        for week in weeks:
            rows = old.filter(version=version, predicted_at__gte=week, predicted_at__lt=week + WEEK)
            told = rows.aggregate(count=Count("pk"), came=Max("actual_at"))
            if told["count"]:
                found.setdefault(version, {})[week] = told["came"]
    return found


def _profile_first(asked: Asked) -> int:
    """Ask for a drift run of each week that none has looked at; returns how many were asked for."""
    count = 0
    for version, weeks in asked.items():
        if not can_be_compared(version):
            continue
        seen = version.drift_runs.terminal().filter(window_from__in=weeks, window_to=F("window_from") + WEEK)
        for week in weeks.keys() - set(seen.values_list("window_from", flat=True)):
            request_drift_run(
                version=version,
                window_from=week,
                window_to=week + WEEK,
                for_the_record=True,
                trigger=Trigger.SYSTEM,
            )
            count += 1
    return count


def _measure_for_the_last_time(asked: Asked) -> None:
    """With all the truth there is."""
    for version, weeks in asked.items():
        make_good(version, {week: came for week, came in weeks.items() if came is not None})


@transaction.atomic
def _remove_some(model: Model, before: datetime) -> int:
    old = Prediction.objects.filter(model=model, predicted_at__lt=before).order_by("predicted_at", "pk")
    found = dict(old.values_list("pk", "prediction_id")[:BATCH])
    if not found:
        return 0
    ShadowAnswer.objects.filter(version__model=model, prediction_id__in=found.values()).delete()
    Prediction.objects.filter(pk__in=found).delete()
    Model.objects.filter(pk=model.pk).update(
        predictions_removed=F("predictions_removed") + len(found), predictions_from=before
    )
    return len(found)
