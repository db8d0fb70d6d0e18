"""Rules tried on the rows that earlier runs checked."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from dataops.web.runs import Run
from dataops.web.sight import hanging_on
from quality.models.check import Check
from quality.models.source import DataSource


class BacktestRun(Run):
    """One rule, as it was written in a form or sent, tried on the newest datasets that are kept."""

    task_name: ClassVar[str] = "quality.try_rule"
    queue: ClassVar[str] = "heavy"
    most_losses: ClassVar[int] = 10
    named_by: ClassVar[tuple[str, ...]] = ("source",)

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="backtests")
    rule = models.ForeignKey(
        Check, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The rule it would change."
    )
    kind = models.CharField(max_length=40, help_text="Key of a registered check.")
    fields = models.JSONField(help_text="Everything else that was set.")
    last = models.PositiveSmallIntegerField(help_text="On how many datasets, at most.")
    trials = models.JSONField(default=list, help_text="Run, outcome and message of each, newest first.")
    verdict = models.CharField(max_length=200, blank=True)

    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} tried on {self.source}"

    def get_absolute_url(self) -> str:
        return reverse("quality:backtest_detail", args=[self.source_id, self.pk])
