"""Where data comes from, and each content that came."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from dataops.web.naming import refuse_unseen
from dataops.web.sight import Keepable, SightedManager, hanging_on
from dataops.web.vault import SealedField
from quality.enums import SourceState
from quality.models.missing import check_column_missing

FRACTION = (MinValueValidator(0.0), MaxValueValidator(1.0))


class DataSourceQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(archived_at=None)

    def with_newest_run(self) -> Self:
        return self.select_related("newest_run", "owner")


class DataSource(Keepable):
    """A stream of snapshots that are expected to look alike: a daily file, a table, an export."""

    subject_type: ClassVar[str] = "source"

    name = models.CharField(max_length=120, unique=True, validators=[refuse_unseen])
    kind = models.CharField(
        max_length=20, default="upload", help_text="Key of a registered origin: where its data comes from."
    )
    config = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Settings of the origin, without secrets."
    )
    secrets = SealedField(help_text="Secret settings of the origin, each encrypted.")
    cursor = models.JSONField(
        default=dict, editable=False, help_text="What the origin noted at the last fetch, to see what is new."
    )
    fetch_retries = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(10)],
        help_text="Further tries when the data cannot be fetched, each after a longer wait.",
    )
    file_retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Files are removed after so many days; results and profiles stay. Empty keeps them.",
    )
    keep_failing_rows = models.BooleanField(
        default=True,
        help_text="Whether rows that fail a check, and the text of rejected records, are kept and shown.",
    )
    failing_rows_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="Failing rows are removed after so many days.",
    )
    importance = models.JSONField(
        default=dict, blank=True, help_text="By column: ignored, low, normal or high; normal when left out."
    )
    description = models.TextField(blank=True, max_length=2000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.JSONField(default=list, blank=True)
    alert_below = models.FloatField(
        default=0.9,
        validators=FRACTION,
        help_text="A run that scores less opens an alert; from there on it is good (0 to 1).",
    )
    critical_below = models.FloatField(
        default=0.7,
        validators=FRACTION,
        help_text="A run that scores less is bad and opens a critical alert (0 to 1).",
    )
    own_thresholds = models.BooleanField(
        default=False, help_text="Whether the two thresholds stay when those of the settings are changed."
    )
    missing_tokens = models.JSONField(
        default=list,
        blank=True,
        help_text="Values that mean missing besides empty and blank cells, such as NA.",
    )
    column_missing = models.JSONField(
        default=dict,
        blank=True,
        validators=[check_column_missing],
        help_text="By column, what means missing there instead: {column: {tokens, whitespace}}.",
    )
    dialect = models.JSONField(
        null=True, blank=True, help_text="How its text files are written; found by itself."
    )
    state = models.CharField(max_length=10, choices=SourceState.choices, default=SourceState.UNKNOWN)
    newest_run = models.ForeignKey(
        "CheckRun", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    pinned_baseline = models.ForeignKey(
        "CheckRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The run all later ones are compared with, instead of the newest accepted one.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SightedManager.from_queryset(DataSourceQuerySet)()
    unseen = hanging_on(source="pk")

    class Meta:
        db_table = "data_sources"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(critical_below__lte=F("alert_below")),
                name="source_critical_not_above_alert",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("quality:source_detail", args=[self.pk])


class Snapshot(models.Model):
    """One content of a source, known by its SHA-256; the same content is one snapshot."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="snapshots")
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    file_name = models.CharField(
        max_length=255, help_text="As the client called it; text only, never a path."
    )
    storage_name = models.CharField(max_length=200, help_text="Name in the file storage.")
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    dialect = models.JSONField(null=True, help_text="How the text was read.")
    asked_dialect = models.JSONField(null=True, help_text="How the sender said that it is written.")
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    received_at = models.DateTimeField(default=timezone.now)
    file_removed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When its file was removed; results and profiles stay.",
    )

    objects = SightedManager()
    unseen = hanging_on(source="source")

    class Meta:
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["source", "sha256"], name="snapshot_content_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.sha256[:8]})"
