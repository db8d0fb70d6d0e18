"""The prediction log: one row an answer, with the truth once it is known."""

import os
import time
from typing import Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from dataops.web.sight import SightedManager, hanging_on
from models_registry.models.model import Model
from models_registry.models.version import ModelVersion


def new_key() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of the time in milliseconds, then chance.

    What comes later sorts later, so that an index of them grows at its end: into the middle of a large one,
    where random keys fall, a row is written at twice the price.
    """
    milliseconds, chance = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10))
    first, rest = chance >> 68, chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | first << 64 | 0b10 << 62 | rest)


def new_prediction_id() -> str:
    return str(new_key())


class PredictionQuerySet(models.QuerySet):
    def labelled(self) -> Self:
        return self.exclude(actual_at=None)


class Prediction(models.Model):
    """What a version answered to one instance.

    ``prediction`` and ``actual`` are JSON values of the kind the signature promises: a class label
    or a number. ``latency_seconds`` is the time the model took for the request this row came with;
    empty when the prediction was made elsewhere or replayed.
    """

    # The constraint and the indexes below begin with them: an index of their own would only cost writes.
    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="predictions", db_index=False)
    version = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, related_name="predictions", db_index=False
    )
    prediction_id = models.CharField(max_length=64, default=new_prediction_id)
    features = models.JSONField()
    prediction = models.JSONField()
    probabilities = models.JSONField(null=True)
    actual = models.JSONField(null=True)
    actual_at = models.DateTimeField(null=True)
    predicted_at = models.DateTimeField(default=timezone.now)
    latency_seconds = models.FloatField(null=True)

    objects = SightedManager.from_queryset(PredictionQuerySet)()
    unseen = hanging_on(model="model")

    class Meta:
        ordering = ["-predicted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["model", "prediction_id"], name="prediction_id_once_a_model")
        ]
        indexes = [
            models.Index(fields=["version", "predicted_at"]),
            models.Index(fields=["model", "-predicted_at", "-id"]),
        ]
        permissions = [("predict", "Can ask a model for predictions")]

    def __str__(self) -> str:
        return self.prediction_id
