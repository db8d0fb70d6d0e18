"""Answering instances: held to the signature, predicted together, logged in the same request."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np
from django.utils import timezone

from models_registry.enums import SignaturePolicy
from models_registry.formats.base import Answer, NoAnswer
from models_registry.formats.faults import Fault, InvalidRows, refuse
from models_registry.formats.instances import Checked, Instances
from models_registry.models import Model, ModelVersion
from models_registry.models.prediction import new_prediction_id
from models_registry.services.batch_log import LEAST_ROWS, as_batch, ids_in
from models_registry.services.bulk_log import NewPrediction
from models_registry.services.identifiers import check_ids
from models_registry.services.loading import Loaded, loaded
from models_registry.services.prediction_log import Broken, append_to_log
from models_registry.services.request_counts import counted
from models_registry.services.routing import answering
from models_registry.services.sizes import check_size


@dataclass(frozen=True, slots=True)
class Predicted:
    """An answer as it was logged; all lists are in the order of the instances."""

    version: ModelVersion
    answer: Answer
    prediction_ids: list[str]
    broken: Mapping[tuple[str, str], int]

    @property
    def predictions(self) -> list[Any]:
        return self.answer.predictions

    @property
    def probabilities(self) -> list[dict[str, float]] | None:
        return self.answer.probabilities

    @property
    def violations(self) -> dict[str, dict[str, int]]:
        """Accepted values that broke the signature: how many, by feature and code."""
        found: dict[str, dict[str, int]] = {}
        for (feature, code), count in self.broken.items():
            found.setdefault(feature, {})[code] = count
        return found


def predict(
    *,
    model: Model,
    instances: Instances,
    ids: Sequence[Any] | None = None,
    version: ModelVersion | None = None,
    predicted_at: Sequence[datetime] | None = None,
    sticky_id: str = "",
) -> Predicted:
    """Ask the champion (or ``version``) about all ``instances`` and log what it answers.

    A share of requests goes to the challenger where one is set; all with one ``sticky_id`` (a customer, a
    session) go to the same version.

    ``ids`` are the caller's own names for the predictions, unique within the model; made up when
    left out. ``predicted_at`` is for replays of the past, which are logged without a latency.
    Raises InvalidRows for a wrong value, NotAccepted for too few or too many instances, NotPossible
    when no version can answer, ArtifactError when the artifact cannot be loaded.
    """
    version = version or answering(model, sticky_id)
    with nullcontext() if predicted_at else counted(version):
        return _answer(model, version, instances, ids, predicted_at)


def _answer(
    model: Model,
    version: ModelVersion,
    instances: Instances,
    ids: Sequence[Any] | None,
    predicted_at: Sequence[datetime] | None,
) -> Predicted:
    ready = loaded(version)
    check_size(len(instances), "instances")
    checked = ready.gate.check(
        instances,
        accept=model.policy == SignaturePolicy.ACCEPT,
        strict=model.policy == SignaturePolicy.STRICT,
    )
    given = None if ids is None else check_ids(model, ids, count=len(instances))
    answer, seconds = _timed(ready, instances, checked)
    broken = Broken(version.pk, checked.broken)
    if given is None and predicted_at is None and len(instances) >= LEAST_ROWS:
        batch = as_batch(version, ready.signature, checked.columns, answer, seconds)
        append_to_log(batch=batch, broken=broken)
        names = ids_in(batch)
    else:
        names = given or [new_prediction_id() for _ in range(len(instances))]
        rows = ready.signature.rows_of(checked.columns)
        latency = seconds if predicted_at is None else None
        append_to_log(_logged(version, rows, answer, names, predicted_at, latency), broken=broken)
    return Predicted(version, answer, names, checked.broken)


def _timed(ready: Loaded, instances: Instances, checked: Checked) -> tuple[Answer, float]:
    """What the model answers, and the seconds it took.

    Not every model can compute with what its policy accepts: those values are named then, as a policy that
    rejects would name them.
    """
    started = time.perf_counter()
    try:
        answer = ready.predictor.predict(checked.columns)
        seconds = time.perf_counter() - started
        _check_answer(answer)
    except (NoAnswer, InvalidRows):
        if checked.broken:
            ready.gate.check(instances)
        raise
    return answer, seconds


def _check_answer(answer: Answer) -> None:
    if float in set(map(type, answer.predictions)):
        rows = np.flatnonzero(~np.isfinite(answer.predictions)).tolist()
        message = "the model's answer is not a finite number for these values"
        refuse(Fault(("instances", row), message, "no_answer") for row in rows)


def _logged(
    version: ModelVersion,
    rows: Sequence[dict[str, Any]],
    answer: Answer,
    names: Sequence[str],
    predicted_at: Sequence[datetime] | None,
    latency: float | None,
) -> list[NewPrediction]:
    moments = predicted_at or repeat(timezone.now(), len(rows))
    chances = answer.probabilities or repeat(None, len(rows))
    return [
        NewPrediction(version.model_id, version.pk, *row, latency)
        for row in zip(names, rows, answer.predictions, chances, moments, strict=True)
    ]
