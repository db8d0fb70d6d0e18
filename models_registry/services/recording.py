"""Predictions that were made elsewhere, taken into the log so that they can be watched."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from models_registry.enums import Task
from models_registry.formats.faults import Fault, refuse, shown
from models_registry.formats.instances import columns_of
from models_registry.formats.signature import Signature
from models_registry.models import Model, ModelVersion
from models_registry.models.prediction import new_prediction_id
from models_registry.services.bulk_log import NewPrediction
from models_registry.services.identifiers import check_ids
from models_registry.services.prediction_log import append_to_log
from models_registry.services.routing import champion_of
from models_registry.services.sizes import check_size
from models_registry.services.truth import actual_fault

KEYS = {"features", "prediction", "probabilities", "prediction_id", "predicted_at"}
NEEDED = {"features", "prediction"}
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


def record_predictions(
    *, model: Model, rows: Sequence[Any], version: ModelVersion | None = None
) -> list[str]:
    """Log predictions that another system made with a version (the champion by default); their ids.

    A row is ``{"features": {...}, "prediction": ..., "probabilities"?: {class: p}, "prediction_id"?: ...,
    "predicted_at"?: ISO time}``. All rows are logged or none: InvalidRows names what is wrong.
    """
    version = version or champion_of(model)
    signature = Signature.from_dict(version.signature)
    check_size(len(rows), "predictions")
    refuse(_shape_faults(rows))
    columns = columns_of(
        signature,
        [row["features"] for row in rows],
        lambda row, feature: ("predictions", row, "features", feature),
    )
    refuse(_answer_faults(model, signature, rows))
    moments = _moments(rows)
    names = check_ids(
        model, [row.get("prediction_id") or new_prediction_id() for row in rows], count=len(rows)
    )
    append_to_log(
        [
            NewPrediction(
                model_id=model.pk,
                version_id=version.pk,
                prediction_id=name,
                features=features,
                prediction=row["prediction"],
                probabilities=row.get("probabilities"),
                predicted_at=moment,
                latency_seconds=None,
            )
            for name, features, row, moment in zip(
                names, signature.rows_of(columns), rows, moments, strict=True
            )
        ]
    )
    return names


def _shape_faults(rows: Sequence[Any]) -> Iterator[Fault]:
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping) or not row.keys() >= NEEDED or not row.keys() <= KEYS:
            message = "give an object with features, prediction and, if known, the other documented keys"
            yield Fault(("predictions", index), message, "wrong_shape")


def _answer_faults(model: Model, signature: Signature, rows: Sequence[Any]) -> Iterator[Fault]:
    for index, row in enumerate(rows):
        loc = ("predictions", index, "prediction")
        if fault := actual_fault(model, signature.classes, row["prediction"], loc):
            yield fault
        if not _are_chances(model, signature, row.get("probabilities")):
            message = "give an object with a number from 0 to 1 for each class, or leave it out"
            yield Fault(("predictions", index, "probabilities"), message, "wrong_probabilities")


def _are_chances(model: Model, signature: Signature, value: Any) -> bool:
    if value is None:
        return True
    return (
        model.task == Task.CLASSIFICATION
        and isinstance(value, Mapping)
        and value.keys() == set(signature.classes)
        and all(isinstance(p, int | float) and not math.isnan(p) and 0 <= p <= 1 for p in value.values())
    )


def _moments(rows: Sequence[Any]) -> list[datetime]:
    now = timezone.now()
    moments = [now if row.get("predicted_at") is None else moment_of(row["predicted_at"]) for row in rows]
    refuse(
        Fault(
            ("predictions", index, "predicted_at"),
            f"is {shown(rows[index]['predicted_at'])}; give a past time like 2026-01-31T12:00:00Z",
            "invalid_time",
        )
        for index, moment in enumerate(moments)
        if moment is None or not OLDEST <= moment <= now + timedelta(minutes=5)
    )
    return [moment for moment in moments if moment is not None]


def moment_of(value: Any) -> datetime | None:
    """A time with its offset, in UTC; None when the text is no such thing."""
    try:
        moment = parse_datetime(value)
        return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
