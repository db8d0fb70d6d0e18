"""Answers to a request of many rows, on their way into the prediction log."""

from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from models_registry.models.model import Model
from models_registry.models.version import ModelVersion


class PredictionBatch(models.Model):
    """What a version answered to the rows of one request, as columns, until a worker files them.

    ``content`` is an Arrow IPC stream of one record batch: structs ``features`` and, of a model that gives
    them, ``probabilities``, and ``prediction``. The ids of its rows begin with ``key``.
    """

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="waiting_batches")
    version = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, related_name="waiting_batches", db_index=False
    )
    key = models.UUIDField(unique=True)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    predicted_at = models.DateTimeField()
    latency_seconds = models.FloatField()

    objects = SightedManager()
    unseen = hanging_on(model="model")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "prediction batches"

    def __str__(self) -> str:
        return str(self.key)
