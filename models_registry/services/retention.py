"""How long the prediction log is kept: what was learnt of its windows stays, the rows go."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from dataops.web import audit
from models_registry.models import DriftRun, Model, Prediction, ShadowAnswer
from models_registry.selectors import WEEK, week_of
from models_registry.services.performance import make_good

log = structlog.get_logger(__name__)

LEAST_DAYS = 7
BATCH = 1_000


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
    watch = getattr(model, "watch", None)
    if watch is not None and not watch.paused and watch.next_at is not None:
        if watch.last_at is None:
            return None
        until = min(until, watch.last_at)
    # A week is measured as a whole, so it goes as a whole.
    return week_of(until)


def _remove_of(model: Model) -> int:
    before = removable_before(model)
    if before is None or not _measured_for_the_last_time(model, before):
        return 0
    total = 0
    while count := _remove_some(model, before):
        total += count
    audit.record("model.predictions_removed", by=None, target=model, changes={"count": total})
    log.info("old predictions removed", model=model.name, count=total)
    return total


def _measured_for_the_last_time(model: Model, before: datetime) -> bool:
    """See to it that the weeks are measured with all the truth there is; False when there are none."""
    old = model.predictions.filter(predicted_at__lt=before).order_by()
    first = old.order_by("predicted_at").values_list("predicted_at", flat=True).first()
    if first is None:
        return False
    for version in model.versions.without_blobs().select_related("model"):
        week, known = week_of(first), {}
        while week < before:
            rows = old.filter(version=version, predicted_at__gte=week, predicted_at__lt=week + WEEK)
            if came := rows.aggregate(came=Max("actual_at"))["came"]:
                known[week] = came
            week += WEEK
        make_good(version, known)
    return True


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
