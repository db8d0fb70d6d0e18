"""A drift policy tried on windows that were judged before."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from dataops.web.runs import Run
from dataops.web.sight import hanging_on
from models_registry.models.version import ModelVersion


class DriftBacktest(Run):
    """One policy, as it was written in a form or sent, tried on the newest windows of a version."""

    task_name: ClassVar[str] = "models_registry.execute_backtest"
    queue: ClassVar[str] = "heavy"
    named_by: ClassVar[tuple[str, ...]] = ("version__model__name",)

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="backtests")
    policy = models.JSONField(default=dict, help_text="What differs from the default policy.")
    windows = models.PositiveSmallIntegerField(null=True, editable=False, help_text="It was tried on.")
    alarms = models.PositiveSmallIntegerField(null=True, editable=False, help_text="It would have raised.")
    verdicts = models.JSONField(
        default=list,
        editable=False,
        help_text="Of each window, oldest first: its drift run, what this policy says, what was said then.",
    )

    unseen = hanging_on(model="version__model")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"policy tried on {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("models:backtest_detail", args=[self.version.model.name, self.pk])
