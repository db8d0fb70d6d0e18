"""Ground truth that arrives later, by prediction id."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from models_registry.enums import Task
from models_registry.formats.faults import Fault, refuse, shown
from models_registry.formats.instances import wrong_with_number
from models_registry.formats.signature import Signature
from models_registry.models import Model, ModelVersion, Prediction
from models_registry.services.batch_log import file_named
from models_registry.services.bulk_log import keep_replaced, write_truth
from models_registry.services.identifiers import LOOKUP_BATCH, malformed
from models_registry.services.performance import refresh_performance_later
from models_registry.services.sizes import check_size

Measure = Callable[[ModelVersion, Iterable[datetime]], None]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery: how many predictions now have their truth, and which ids were left.

    ``replaced`` of the ``recorded`` had another truth before. ``unknown`` ids belong to no prediction
    of the model; of ``duplicate`` ids only the first in the delivery was taken.
    """

    recorded: int
    replaced: int
    unknown: tuple[str, ...]
    duplicate: tuple[str, ...]


def record_actuals(
    *, model: Model, rows: Sequence[Any], measure: Measure = refresh_performance_later
) -> Received:
    """Write down what really happened, ``{"prediction_id": ..., "actual": ...}`` a row.

    ``measure`` sees to the weeks of the predictions: a worker measures them again, unless told otherwise.
    Raises NotAccepted for no rows or too many, InvalidRows for a row that is not of that shape or an
    actual that the model could never predict.
    """
    check_size(len(rows), "actuals")
    refuse(_shape_faults(rows))
    refuse(malformed([row["prediction_id"] for row in rows], lambda i: ("actuals", i, "prediction_id")))
    first: dict[str, Any] = {}
    duplicates = []
    for index, row in enumerate(rows):
        if row["prediction_id"] in first:
            duplicates.append(row["prediction_id"])
        else:
            first[row["prediction_id"]] = (index, row["actual"])
    file_named(model.pk, first)
    with transaction.atomic():
        found = _predictions(model, list(first))
        refuse(_actual_faults(model, found, first))
        replaced = [p for p in found if p.actual_at is not None and p.actual != first[p.prediction_id][1]]
        now = timezone.now()
        keep_replaced([p.pk for p in replaced], now)
        write_truth(((p.pk, first[p.prediction_id][1]) for p in found), now)
        for version in {p.version for p in found}:
            measure(version, [p.predicted_at for p in found if p.version_id == version.pk])
    known = {p.prediction_id for p in found}
    unknown = tuple(name for name in first if name not in known)
    return Received(len(found), len(replaced), unknown, tuple(dict.fromkeys(duplicates)))


def _shape_faults(rows: Sequence[Any]) -> Iterator[Fault]:
    for index, row in enumerate(rows):
        if not isinstance(row, dict) or row.keys() != {"prediction_id", "actual"}:
            yield Fault(
                ("actuals", index), "give an object with exactly prediction_id and actual", "wrong_shape"
            )


def _predictions(model: Model, ids: Sequence[str]) -> list[Prediction]:
    found: list[Prediction] = []
    for start in range(0, len(ids), LOOKUP_BATCH):
        batch = Prediction.objects.filter(model=model, prediction_id__in=ids[start : start + LOOKUP_BATCH])
        found += batch.order_by().only("prediction_id", "version", "actual", "actual_at", "predicted_at")
    versions = ModelVersion.objects.without_blobs().in_bulk({p.version_id for p in found})
    for prediction in found:
        prediction.version = versions[prediction.version_id]
    return found


def _actual_faults(
    model: Model, found: Sequence[Prediction], given: dict[str, tuple[int, Any]]
) -> Iterator[Fault]:
    for prediction in found:
        index, actual = given[prediction.prediction_id]
        classes = Signature.from_dict(prediction.version.signature).classes
        if fault := actual_fault(model, classes, actual, ("actuals", index, "actual")):
            yield fault


def actual_fault(
    model: Model, classes: Sequence[str], value: Any, loc: tuple[str | int, ...]
) -> Fault | None:
    """What is wrong with a label or number that is to be compared with predictions; None when nothing."""
    if model.task == Task.CLASSIFICATION:
        if isinstance(value, str) and value in classes:
            return None
        return Fault(loc, f"{shown(value)} is no class; give one of {', '.join(classes)}", "unknown_class")
    if wrong_with_number(value):
        return Fault(loc, f"is {shown(value)}; give a finite number", "wrong_type")
    return None
