"""Takes somebody out of the prediction log; what was learnt of its windows stays."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from dataops.engine.personal import holds
from models_registry.models import Model, Prediction, ShadowAnswer
from models_registry.services.batch_log import file_waiting

ROWS_AT_ONCE = 1_000


def erase_values(values: Collection[str]) -> int:
    """Remove the predictions about whom one of these stands in a feature or is the id; returns how many.

    Killed on the way, the next call goes on: each batch is whole by itself.
    """
    return sum(_erase_of(model, values) for model in Model.objects.all())


def _erase_of(model: Model, values: Collection[str]) -> int:
    file_waiting(model.pk)
    erased, last = 0, 0
    log = Prediction.objects.filter(model=model).order_by("pk").only("features", "prediction_id")
    while batch := list(log.filter(pk__gt=last)[:ROWS_AT_ONCE]):
        last = batch[-1].pk
        about = [row for row in batch if holds([row.prediction_id, *row.features.values()], values)]
        if about:
            _remove(model, about)
            erased += len(about)
    return erased


@transaction.atomic
def _remove(model: Model, rows: list[Prediction]) -> None:
    ids = [row.prediction_id for row in rows]
    ShadowAnswer.objects.filter(version__model=model, prediction_id__in=ids).delete()
    Prediction.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Model.objects.filter(pk=model.pk).update(predictions_removed=F("predictions_removed") + len(rows))
