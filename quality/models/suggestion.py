"""Rules that the data of a source proposed, and the jobs that looked for them."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from dataops.engine.checks import CHECKS
from dataops.web.runs import Run
from dataops.web.sight import SightedManager, hanging_on
from quality.enums import SuggestionState
from quality.models.check import Check
from quality.models.run import CheckRun
from quality.models.source import DataSource


class SuggestionRun(Run):
    """One look at the data of a finished check run for rules that it keeps."""

    task_name: ClassVar[str] = "quality.suggest_rules"
    queue: ClassVar[str] = "heavy"
    most_losses: ClassVar[int] = 10
    named_by: ClassVar[tuple[str, ...]] = ("source",)

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="suggestion_runs")
    check_run = models.ForeignKey(
        CheckRun,
        on_delete=models.CASCADE,
        related_name="suggestion_runs",
        help_text="Whose data it looks at.",
    )
    found = models.PositiveIntegerField(null=True, help_text="New suggestions.")

    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"suggestions {self.pk} for {self.source}"

    def get_absolute_url(self) -> str:
        return reverse("quality:source_suggestions", args=[self.source_id])


class SuggestedRuleQuerySet(models.QuerySet):
    def proposed(self) -> Self:
        return self.filter(state=SuggestionState.PROPOSED)


class SuggestedRule(models.Model):
    """A rule that the data proposes; a person accepts or dismisses it, once."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="suggested_rules")
    run = models.ForeignKey(SuggestionRun, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=40, help_text="Key of a registered check.")
    column = models.CharField(max_length=255, blank=True)
    params = models.JSONField(default=dict)
    warn = models.FloatField(null=True)
    fail = models.FloatField(null=True)
    identity = models.CharField(max_length=32, editable=False)
    evidence = models.TextField()
    looked_at = models.PositiveBigIntegerField(help_text="Rows (or values) that were looked at.")
    holds = models.PositiveBigIntegerField(help_text="How many of them keep the rule.")
    confidence = models.FloatField(help_text="Share of rows that may be trusted to keep it, 0 to 1.")
    verdict = models.CharField(
        max_length=200, blank=True, help_text="What it would have said of earlier runs."
    )
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.PROPOSED)
    accepted_as = models.ForeignKey(Check, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SightedManager.from_queryset(SuggestedRuleQuerySet)()
    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "identity"], name="suggested_once_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.kind}({self.column})" if self.column else self.kind

    @property
    def label(self) -> str:
        return CHECKS[self.kind].label if self.kind in CHECKS else self.kind
