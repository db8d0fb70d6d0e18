"""One comparison of what a version saw lately with what it was trained on."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from dataops.engine.drift.betting import CONFIRMED
from dataops.engine.types import Severity
from dataops.web.runs import Run, RunQuerySet, RunState
from dataops.web.sight import SightedManager, hanging_on
from models_registry.enums import DriftOutcome, ReferenceKind
from models_registry.models.dataset import OverDataset
from models_registry.models.version import ModelVersion


class DriftRunQuerySet(RunQuerySet):
    def finished(self) -> Self:
        return self.filter(state=RunState.SUCCEEDED)

    def pinnable(self, version_id: int | None) -> Self:
        """Judged windows of a version, newest first: any can be what later ones are compared with."""
        judged = self.finished().filter(version_id=version_id, outcome=DriftOutcome.OK).exclude(profile=b"")
        return judged.order_by("-current_to", "-pk").defer("report", "profile")


class DriftRun(Run, OverDataset):
    """Asks for the predictions from ``window_from`` until before ``window_to``, for the ``last`` n, or for
    the rows of ``snapshot``.

    ``current_from`` and ``current_to`` are the first and last prediction that were really in it; of a
    snapshot both are when it came.
    """

    task_name: ClassVar[str] = "models_registry.execute_drift_run"
    queue: ClassVar[str] = "heavy"
    named_by: ClassVar[tuple[str, ...]] = ("version__model__name",)

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="drift_runs")
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    last = models.PositiveIntegerField(null=True, blank=True, help_text="Newest predictions to compare.")
    reference = models.CharField(
        max_length=10,
        choices=ReferenceKind.choices,
        default=ReferenceKind.TRAINING,
        help_text="What it is compared with.",
    )

    for_the_record = models.BooleanField(
        default=False, editable=False, help_text="Looks before the rows go: it tells the alerts nothing."
    )

    rows = models.PositiveIntegerField(null=True, editable=False)
    current_from = models.DateTimeField(null=True, editable=False)
    current_to = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=16, choices=DriftOutcome.choices, blank=True, editable=False)
    drifted = models.BooleanField(null=True, editable=False)
    severity = models.CharField(
        max_length=10, choices=[(s.value, s.value.title()) for s in Severity], blank=True, editable=False
    )
    share_drifted = models.FloatField(null=True, editable=False)
    verdict = models.TextField(blank=True, editable=False)
    effects = models.JSONField(
        default=dict, editable=False, help_text="By column, in units of the smallest effect that matters."
    )
    report = models.JSONField(
        default=dict, editable=False, help_text="Features and prediction as in the API's drift report."
    )

    profile = models.BinaryField(
        default=b"",
        editable=False,
        help_text="Profile of the window, encoded; later ones are measured by it.",
    )
    windows = models.PositiveIntegerField(
        default=0, editable=False, help_text="Earlier windows that told what is usual; 0: the rows did."
    )
    wealth = models.FloatField(
        default=1.0,
        editable=False,
        help_text="Evidence added up over windows; from 100 on it is confirmed.",
    )
    expected = models.BooleanField(
        default=False, editable=False, help_text="Somebody said that this window is as it should be."
    )

    objects = SightedManager.from_queryset(DriftRunQuerySet)()  # type: ignore[assignment, misc]  # narrower than the base's
    unseen = hanging_on(model="version__model", source="snapshot__source")

    class Meta:
        db_table = "model_drift"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["version", "state", "-created_at"])]
        permissions = [("check_drift", "Can start a drift check")]

    def __str__(self) -> str:
        return f"drift run {self.pk} of {self.version}"

    @property
    def is_confirmed(self) -> bool:
        """Whether drift shows in so many windows that chance is out of the question."""
        return self.wealth >= CONFIRMED

    def get_absolute_url(self) -> str:
        return reverse("models:drift_detail", args=[self.version.model.name, self.pk])
