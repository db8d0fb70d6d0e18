"""Files of predictions that were made elsewhere, and of their truth, taken into the log by a worker."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from dataops.web.runs import Run
from dataops.web.sight import SightedManager, hanging_on
from models_registry.enums import IngestKind
from models_registry.models.model import Model
from models_registry.models.prediction import Prediction
from models_registry.models.version import ModelVersion


class IngestRun(Run):
    """One file; ``report`` tells what became of its rows, see ``services.ingesting``."""

    task_name: ClassVar[str] = "models_registry.execute_ingest_run"
    queue: ClassVar[str] = "heavy"
    named_by: ClassVar[tuple[str, ...]] = ("model__name",)

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="ingest_runs")
    version = models.ForeignKey(
        ModelVersion, null=True, on_delete=models.CASCADE, related_name="+", help_text="That made them."
    )
    kind = models.CharField(max_length=12, choices=IngestKind.choices)
    file_name = models.CharField(max_length=255)
    upload_name = models.CharField(max_length=200, help_text="Name in the storage.")
    upload_sha256 = models.CharField(max_length=64)
    report = models.JSONField(default=dict, editable=False)

    unseen = hanging_on(model="model")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["model", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.file_name} into the log of {self.model}"

    def get_absolute_url(self) -> str:
        return reverse("models:model_ingests", args=[self.model.name])


class Correction(models.Model):
    """A truth that a later one replaced; rows are only ever added."""

    prediction = models.ForeignKey(Prediction, on_delete=models.CASCADE, related_name="corrections")
    actual = models.JSONField(help_text="What was taken for the truth until then.")
    actual_at = models.DateTimeField()
    corrected_at = models.DateTimeField()

    objects = SightedManager()
    unseen = hanging_on(model="prediction__model")

    class Meta:
        ordering = ["-corrected_at", "-pk"]

    def __str__(self) -> str:
        return f"correction of {self.prediction_id}"
