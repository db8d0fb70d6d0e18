"""How good a version was over a window, or is likely to have been as long as the truth is not known."""

from django.db import models
from django.utils import timezone

from dataops.web.sight import SightedManager, hanging_on
from models_registry.enums import PerformanceKind
from models_registry.models.version import ModelVersion


class ModelPerformance(models.Model):
    """One measurement; the window is that of the predictions, both ends included."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="performance")
    kind = models.CharField(max_length=10, choices=PerformanceKind.choices)
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField()
    logged = models.PositiveIntegerField(
        null=True, help_text="Predictions of the window, whether their truth is known or not."
    )
    metrics = models.JSONField()
    intervals = models.JSONField(
        default=dict,
        blank=True,
        help_text="[low, high] by metric, right 19 times of 20; of an estimate by chance among rows.",
    )
    details = models.JSONField(default=dict, blank=True, help_text="What the kind of measurement adds.")
    at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When measuring began: truth up to then is in it."
    )

    objects = SightedManager()
    unseen = hanging_on(model="version__model")

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
