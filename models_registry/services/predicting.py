"""Answering instances: held to the signature, predicted together, logged in the same request."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from models_registry.formats.base import Answer
from models_registry.formats.faults import Fault, refuse
from models_registry.formats.instances import columns_of
from models_registry.models import Model, ModelVersion, Prediction
from models_registry.models.prediction import new_prediction_id
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.identifiers import check_ids
from models_registry.services.loading import loaded

LOG_BATCH = 500


@dataclass(frozen=True, slots=True)
class Predicted:
    """An answer as it was logged; all lists are in the order of the instances."""

    version: ModelVersion
    predictions: list[Any]
    probabilities: list[dict[str, float]] | None
    prediction_ids: list[str]


def predict(
    *,
    model: Model,
    instances: Sequence[Any],
    ids: Sequence[Any] | None = None,
    version: ModelVersion | None = None,
    predicted_at: Sequence[datetime] | None = None,
) -> Predicted:
    """Ask the champion (or ``version``) about all ``instances`` and log what it answers.

    ``ids`` are the caller's own names for the predictions, unique within the model; made up when
    left out. ``predicted_at`` is for replays of the past, which are logged without a latency.
    Raises InvalidRows for a wrong value, NotAccepted for too few or too many instances, NotPossible
    when no version can answer, ArtifactError when the artifact cannot be loaded.
    """
    version = version or champion_of(model)
    ready = loaded(version)
    _check_size(instances)
    columns = columns_of(ready.signature, instances)
    names = check_ids(model, ids, count=len(instances)) if ids is not None else _new_ids(len(instances))
    started = time.perf_counter()
    answer = ready.predictor.predict(columns)
    latency = time.perf_counter() - started if predicted_at is None else None
    _check_answer(answer)
    _log(version, ready.signature.rows_of(columns), answer, names, predicted_at, latency)
    return Predicted(version, answer.predictions, answer.probabilities, names)


def champion_of(model: Model) -> ModelVersion:
    """The version that answers for a model; NotPossible when there is none."""
    if model.archived_at is not None:
        raise NotPossible(f"The model {model.name!r} is archived and answers no more.")
    if model.champion is None:
        raise NotPossible(
            f"The model {model.name!r} has no champion yet; wait for its deployment or promote a version."
        )
    return model.champion


def _check_size(instances: Sequence[Any]) -> None:
    most = settings.MAX_PREDICT_INSTANCES
    if not instances:
        raise NotAccepted("instances is empty; give at least one.")
    if len(instances) > most:
        raise NotAccepted(f"{len(instances):,} instances at once; send at most {most:,} a request.")


def _check_answer(answer: Answer) -> None:
    refuse(
        Fault(("instances", row), "the model's answer is not a finite number for these values", "no_answer")
        for row, value in enumerate(answer.predictions)
        if isinstance(value, float) and not math.isfinite(value)
    )


def _new_ids(count: int) -> list[str]:
    return [new_prediction_id() for _ in range(count)]


def _log(
    version: ModelVersion,
    rows: Sequence[dict[str, Any]],
    answer: Answer,
    names: Sequence[str],
    predicted_at: Sequence[datetime] | None,
    latency: float | None,
) -> None:
    moments = predicted_at or [timezone.now()] * len(rows)
    nothing: list[dict[str, float] | None] = [None] * len(rows)
    append_to_log(
        Prediction(
            model_id=version.model_id,
            version=version,
            prediction_id=name,
            features=features,
            prediction=prediction,
            probabilities=chances,
            predicted_at=moment,
            latency_seconds=latency,
        )
        for name, features, prediction, chances, moment in zip(
            names, rows, answer.predictions, answer.probabilities or nothing, moments, strict=True
        )
    )


def append_to_log(predictions: Iterable[Prediction]) -> None:
    """Write all or none; NotPossible when another request took one of the ids in the meantime."""
    try:
        with transaction.atomic():
            Prediction.objects.bulk_create(predictions, batch_size=LOG_BATCH)
    except IntegrityError as taken:
        raise NotPossible("One of the ids was used by another request just now; take new ones.") from taken
