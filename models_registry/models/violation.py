"""How often requests were answered although a value broke the signature."""

from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from models_registry.models.version import ModelVersion


class ViolationCount(models.Model):
    """Values of one feature on one day (UTC) that broke the signature in one way and were accepted."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="violations")
    day = models.DateField()
    feature = models.CharField(max_length=255)
    code = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField(default=0)

    objects = SightedManager()
    unseen = hanging_on(model="version__model")

    class Meta:
        ordering = ["-day", "feature", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "day", "feature", "code"], name="violations_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.code} of {self.feature} on {self.day}"
