"""How requests for predictions ended."""

from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from models_registry.enums import RequestOutcome
from models_registry.models.version import ModelVersion


class RequestCount(models.Model):
    """Requests to one version on one day (UTC) that ended in one way."""

    version = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, related_name="request_counts", db_index=False
    )
    day = models.DateField()
    outcome = models.CharField(max_length=10, choices=RequestOutcome.choices)
    count = models.PositiveBigIntegerField(default=0)

    objects = SightedManager()
    unseen = hanging_on(model="version__model")

    class Meta:
        ordering = ["-day", "version", "outcome"]
        constraints = [
            models.UniqueConstraint(fields=["version", "day", "outcome"], name="requests_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.outcome} on {self.day}"
