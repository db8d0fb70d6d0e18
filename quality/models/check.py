"""What is expected of a source."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dataops.web.links import LinkField
from dataops.web.sight import SightedManager, hanging_on
from quality.enums import Dimension, Severity
from quality.models.source import DataSource


def identity_of(kind: str, column: str, params: Mapping[str, Any], when: str) -> str:
    """What makes two rules of a source the same one: what they measure, not how strict they are."""
    told = json.dumps([kind, column, params, when.strip()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


class Check(models.Model):
    """One configured check of a source; an empty column means the table, or every column.

    ``identity`` follows what it measures and is unique in the source. ``method`` never changes: it
    tells the alerts of rules of one kind and column apart, and is empty for the first of them.
    """

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=40, help_text="Key of a registered check.")
    column = models.CharField(max_length=255, blank=True)
    params = models.JSONField(default=dict, blank=True)
    when = models.TextField(
        blank=True,
        max_length=4000,
        help_text="A condition in SQL, such as country = 'DE': other rows are left out. Empty takes all.",
    )
    identity = models.CharField(max_length=32, editable=False)
    method = models.CharField(max_length=32, blank=True, editable=False)
    dimension = models.CharField(
        max_length=20,
        blank=True,
        choices=Dimension.choices,
        help_text="Where it counts in the score; empty takes the check's own.",
    )
    warn = models.FloatField(null=True, blank=True, help_text="Limit of a warning; empty takes the default.")
    fail = models.FloatField(null=True, blank=True, help_text="Limit of a failure; empty takes the default.")
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.WARNING)
    weight = models.FloatField(default=1, validators=[MinValueValidator(0), MaxValueValidator(100)])
    critical = models.BooleanField(default=False, help_text="When it fails, the score is at most 0.59.")
    enabled = models.BooleanField(default=True)
    from_contract = models.BooleanField(
        default=False, editable=False, help_text="Whether it goes when the contract no longer says it."
    )
    note = models.CharField(max_length=300, blank=True)
    runbook_url = LinkField(
        "runbook",
        max_length=500,
        blank=True,
        help_text="A web address that says what to do when it fails; shown with its alerts.",
    )

    objects = SightedManager()
    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "identity"],
                name="check_once_per_source",
                violation_error_message="The source has this rule already: change that one.",
            ),
            models.UniqueConstraint(
                fields=["source", "kind", "column", "method"], name="check_alerts_told_apart"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}({self.column})" if self.column else self.kind

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.settle_identity()
        super().save(*args, **kwargs)

    def settle_identity(self) -> None:
        self.identity = identity_of(self.kind, self.column, self.params, self.when)
