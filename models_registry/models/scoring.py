"""Predicting all rows of a data source at once, into another data source."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from dataops.web.runs import Run
from dataops.web.sight import hanging_on
from models_registry.models.dataset import OverDataset
from models_registry.models.version import ModelVersion
from quality.models import DataSource


class ScoringRun(Run, OverDataset):
    """One dataset asked row by row; ``output`` holds its rows with what the version answered."""

    task_name: ClassVar[str] = "models_registry.execute_scoring_run"
    queue: ClassVar[str] = "heavy"
    named_by: ClassVar[tuple[str, ...]] = ("version__model__name",)

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="scoring_runs")
    target_name = models.CharField(max_length=120, help_text="Name of the source that takes the predictions.")
    rows = models.PositiveBigIntegerField(null=True, editable=False)
    refused = models.PositiveBigIntegerField(
        null=True, editable=False, help_text="Rows that break the signature; their prediction is empty."
    )
    output = models.ForeignKey(
        DataSource, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    unseen = hanging_on(model="version__model", source="snapshot__source")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["version", "-created_at"])]

    def __str__(self) -> str:
        return f"scoring run {self.pk} of {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("models:model_scoring", args=[self.version.model.name])
