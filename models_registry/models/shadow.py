"""What a shadow version would have said, beside the answer that was given."""

from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from models_registry.models.version import ModelVersion


class ShadowAnswer(models.Model):
    """One answer that nobody got; the prediction of the same id holds features, answer and truth."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="shadow_answers")
    prediction_id = models.CharField(max_length=64)
    prediction = models.JSONField()
    probabilities = models.JSONField(null=True)
    agrees = models.BooleanField(null=True, help_text="With the class that was answered; empty for numbers.")
    distance = models.FloatField(null=True, help_text="From the number that was answered; empty for classes.")
    latency_seconds = models.FloatField(help_text="Of its batch, per row.")
    at = models.DateTimeField()

    objects = SightedManager()
    unseen = hanging_on(model="version__model")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "prediction_id"], name="shadow_answers_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.prediction_id}"
