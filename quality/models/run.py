"""Executions of a source's checks, and what they found."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from dataops.engine.checks import CHECKS
from dataops.web.runs import Run, RunQuerySet, RunState
from dataops.web.sight import SightedManager, hanging_on
from quality.enums import Outcome, Severity
from quality.models.check import Check
from quality.models.rule_set import RuleSet
from quality.models.source import DataSource, Snapshot


class CheckRunQuerySet(RunQuerySet):
    def accepted(self) -> Self:
        """Finished runs that a later one may be compared with."""
        return self.filter(state=RunState.SUCCEEDED, accepted=True)

    def checked(self) -> Self:
        """Finished runs with results of their own: those that found nothing new are none."""
        return self.filter(state=RunState.SUCCEEDED, unchanged_from=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class CheckRun(Run):
    """All checks of a source over one snapshot: score, accounting, results."""

    task_name: ClassVar[str] = "quality.execute_run"
    queue: ClassVar[str] = "heavy"
    most_losses: ClassVar[int] = 10

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="runs")
    snapshot = models.ForeignKey(
        Snapshot,
        null=True,
        on_delete=models.CASCADE,
        related_name="runs",
        help_text="What it looks at; none before it was fetched.",
    )
    unchanged_from = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The run that checked this very content; there was nothing new to check.",
    )
    baseline = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The run it was compared with.",
    )
    score = models.FloatField(null=True, help_text="0 to 1.")
    coverage = models.FloatField(null=True, help_text="Measured share of the score's weights, 0 to 1.")
    validity_coverage = models.FloatField(
        null=True, help_text="Share of the columns with at least one validity check, 0 to 1."
    )
    formula = models.CharField(max_length=20, blank=True)
    rule_set = models.ForeignKey(
        RuleSet,
        null=True,
        on_delete=models.SET_NULL,
        related_name="runs",
        help_text="What it was scored by.",
    )
    dimensions = models.JSONField(default=dict)
    dimension_losses = models.JSONField(
        default=dict, help_text="Points each dimension cost; they sum to 1 - score."
    )
    accounting = models.JSONField(null=True)
    rows = models.PositiveBigIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    duplicate_rows = models.PositiveBigIntegerField(null=True)
    schema_changes = models.JSONField(default=list)
    increment = models.JSONField(
        null=True,
        editable=False,
        help_text="Which part of something that grows it looked at; null where it looked at all.",
    )
    rejects = models.JSONField(default=list, help_text="The first records that could not be loaded.")
    notes = models.JSONField(default=list)
    outcomes = models.JSONField(default=dict, help_text="Results by outcome.")
    accepted = models.BooleanField(null=True, help_text="Whether later runs may be compared with this one.")
    expected_numbers = models.JSONField(
        default=list, help_text="[column, metric] pairs that looked unusual and that a person called normal."
    )

    objects = SightedManager.from_queryset(CheckRunQuerySet)()  # type: ignore[assignment, misc]  # narrower than the base's
    unseen = hanging_on(source="source")

    class Meta:
        db_table = "data_quality_checks"
        ordering = ["-created_at", "-pk"]
        permissions = [("run_checks", "Can run checks"), ("upload_data", "Can upload data")]
        indexes = [
            models.Index(fields=["source", "-created_at"]),
            models.Index(fields=["-created_at"]),
            models.Index(fields=["source", "accepted", "-created_at"]),
            # What trends and counts read of a run: the rows are wide, and need not be looked up.
            models.Index(
                fields=["state", "created_at", "finished_at", "source", "score", "unchanged_from"],
                name="checks_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.source}"

    def get_absolute_url(self) -> str:
        return reverse("quality:run_detail", args=[self.pk])

    @property
    def found_nothing_new(self) -> bool:
        """Whether there was no new part of something that grows."""
        return self.increment is not None and self.rows == 0

    @property
    def below_threshold(self) -> bool:
        return self.score is not None and self.score < self.source.alert_below


class CheckResult(models.Model):
    """What one check measured on one column (or the table) in one run."""

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="results")
    configured = models.ForeignKey(Check, null=True, on_delete=models.SET_NULL, related_name="+")
    check_key = models.CharField(max_length=40)
    column = models.CharField(max_length=255, blank=True)
    dimension = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    evaluated = models.PositiveBigIntegerField()
    failed = models.PositiveBigIntegerField()
    value = models.FloatField(null=True)
    pass_rate = models.FloatField(null=True, help_text="What goes into the score, 0 to 1.")
    weight = models.FloatField(default=1)
    critical = models.BooleanField(default=False)
    limits = models.JSONField(null=True)
    message = models.TextField()
    details = models.JSONField(default=dict)
    points_lost = models.FloatField(default=0)

    objects = SightedManager()
    unseen = hanging_on(source="run__source")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome"])]

    def __str__(self) -> str:
        return f"{self.check_key} {self.column} {self.outcome}"

    @property
    def label(self) -> str:
        """The check's name for people; its key when its plug-in is gone."""
        return CHECKS[self.check_key].label if self.check_key in CHECKS else self.check_key

    @property
    def fraction(self) -> float | None:
        """Failed over evaluated; None when nothing was evaluated."""
        return self.failed / self.evaluated if self.evaluated else None


class StoredProfile(models.Model):
    """The profile of a run, apart from the run so that lists never read it."""

    run = models.OneToOneField(CheckRun, on_delete=models.CASCADE, related_name="stored_profile")
    data = models.BinaryField()
    whole = models.BinaryField(null=True, help_text="The profile of all parts so far, this one included.")

    objects = SightedManager()
    unseen = hanging_on(source="run__source")

    def __str__(self) -> str:
        return f"profile of run {self.run_id}"


class RunNumbers(models.Model):
    """The metrics of one column of a run, or of its table (column empty), for trends and bands.

    One row a column: what a rule or a chart asks of 60 runs are 60 small rows, not 60 profiles.
    """

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="numbers")
    column = models.CharField(max_length=255, blank=True)
    values = models.JSONField(help_text="By metric.")

    objects = SightedManager()
    unseen = hanging_on(source="run__source")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "column"], name="numbers_once_per_column")]

    def __str__(self) -> str:
        return f"numbers of {self.column or 'the table'} in run {self.run_id}"
