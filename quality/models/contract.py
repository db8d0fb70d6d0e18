"""What was agreed about a source, version by version."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dataops.web.sight import SightedManager, hanging_on
from quality.models.source import DataSource


class ContractVersion(models.Model):
    """One contract as it was handed in, and what became of it; written once, never changed."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="contracts")
    number = models.PositiveIntegerField(help_text="1 for the first contract of the source.")
    text = models.TextField(help_text="As it came.")
    format = models.CharField(max_length=30)
    name = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=60, blank=True, help_text="What the contract calls itself.")
    lines = models.JSONField(help_text="What became of each statement.")
    changes = models.JSONField(help_text="Rules added, changed and removed by it.")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    applied_at = models.DateTimeField(default=timezone.now)

    objects = SightedManager()
    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="contract_number_once")]

    def __str__(self) -> str:
        return f"contract {self.number} of {self.source}"
