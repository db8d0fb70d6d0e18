"""Asking the shadow version what was asked of the others: from the log, after the answer was given."""

import time
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from models_registry.formats.base import Answer, NoAnswer
from models_registry.models import Model, ModelVersion, Prediction, ShadowAnswer
from models_registry.services.loading import Loaded, loaded
from models_registry.services.tables import columns_of_rows

BATCH = 1_000
WRITTEN_AT_ONCE = 500
MOST_BATCHES = 20
"""A backlog is worked off in turns of twenty batches, so that no other job waits for long."""


def ask_shadows() -> int:
    """Let every shadow answer what came since it was last asked; the number of answers.

    Done twice, by two workers at once, it leaves one answer each.
    """
    models = Model.objects.active().exclude(shadow=None).select_related("shadow__model")
    return sum(_ask(model) for model in models if model.shadow_id != model.champion_id)


def _ask(model: Model) -> int:
    shadow, asked = model.shadow, 0
    if shadow is None or not shadow.is_ready:
        return 0
    for _ in range(MOST_BATCHES):
        fresh = model.predictions.filter(pk__gt=model.shadow_cursor).exclude(version=shadow).order_by("pk")
        rows = list(fresh.only("prediction_id", "features", "prediction")[:BATCH])
        if not rows:
            break
        asked += _answer(shadow, rows)
        model.shadow_cursor = rows[-1].pk
        Model.objects.filter(pk=model.pk, shadow=shadow).update(shadow_cursor=model.shadow_cursor)
    return asked


def _answer(shadow: ModelVersion, rows: Sequence[Prediction]) -> int:
    """Answers of one batch; of a batch that it cannot answer as a whole, row by row, what it can."""
    ready = loaded(shadow)
    began = time.perf_counter()
    try:
        found = list(zip(rows, _each(_asked(ready, rows)), strict=True))
    except NoAnswer:
        found = [(row, answer) for row in rows for answer in _one(ready, row)]
    seconds = (time.perf_counter() - began) / len(rows)
    moment = timezone.now()
    ShadowAnswer.objects.bulk_create(
        [
            ShadowAnswer(
                version=shadow,
                prediction_id=row.prediction_id,
                prediction=prediction,
                probabilities=chances,
                latency_seconds=seconds,
                at=moment,
                **_compared(ready, row.prediction, prediction),
            )
            for row, (prediction, chances) in found
        ],
        batch_size=WRITTEN_AT_ONCE,
        ignore_conflicts=True,
    )
    return len(found)


def _asked(ready: Loaded, rows: Sequence[Prediction]) -> Answer:
    return ready.predictor.predict(columns_of_rows(ready.signature, [row.features for row in rows]))


def _one(ready: Loaded, row: Prediction) -> list[tuple[Any, Any]]:
    try:
        return _each(_asked(ready, [row]))
    except NoAnswer:
        return []


def _each(answer: Answer) -> list[tuple[Any, Any]]:
    nothing: list[dict[str, float] | None] = [None] * len(answer.predictions)
    return list(zip(answer.predictions, answer.probabilities or nothing, strict=True))


def _compared(ready: Loaded, given: Any, said: Any) -> dict[str, Any]:
    if ready.signature.classes:
        return {"agrees": given == said}
    return {"distance": abs(float(said) - float(given))}
