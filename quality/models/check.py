"""What is expected of a source."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quality.enums import Severity
from quality.models.source import DataSource


class Check(models.Model):
    """One configured check of a source; an empty column means the table, or every column."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=40, help_text="Key of a registered check.")
    column = models.CharField(max_length=255, blank=True)
    params = models.JSONField(default=dict, blank=True)
    warn = models.FloatField(null=True, blank=True, help_text="Limit of a warning; empty takes the default.")
    fail = models.FloatField(null=True, blank=True, help_text="Limit of a failure; empty takes the default.")
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.WARNING)
    weight = models.FloatField(default=1, validators=[MinValueValidator(0), MaxValueValidator(100)])
    critical = models.BooleanField(default=False, help_text="When it fails, the score is at most 0.59.")
    enabled = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "column"], name="check_once_per_column")
        ]

    def __str__(self) -> str:
        return f"{self.kind}({self.column})" if self.column else self.kind
