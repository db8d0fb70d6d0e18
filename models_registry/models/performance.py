"""How good a version was over a window whose truth is known."""

from django.db import models
from django.utils import timezone

from models_registry.enums import PerformanceKind
from models_registry.models.version import ModelVersion


class ModelPerformance(models.Model):
    """One measurement; the window is that of the predictions, both ends included."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="performance")
    kind = models.CharField(max_length=10, choices=PerformanceKind.choices)
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField()
    metrics = models.JSONField()
    at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When measuring began: truth up to then is in it."
    )

    class Meta:
        db_table = "model_performance"
        ordering = ["-window_to", "-pk"]
        verbose_name_plural = "model performance"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "window_from", "window_to"], name="performance_once_a_window"
            )
        ]
        indexes = [models.Index(fields=["version", "kind", "window_to"])]

    def __str__(self) -> str:
        return f"{self.kind} performance of {self.version}"
