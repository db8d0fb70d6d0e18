"""When the data of a source is fetched and checked, and by when it is expected."""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from dataops.web.moments import Cron, CronError, zone
from quality.models.source import DataSource

LONGEST_INTERVAL_MINUTES = 366 * 24 * 60


def validate_cron(text: str) -> None:
    try:
        Cron.parse(text)
    except CronError as error:
        raise ValidationError(str(error)) from error


def validate_zone(name: str) -> None:
    try:
        zone(name)
    except CronError as error:
        raise ValidationError(str(error)) from error


class ScheduleQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(paused=False, source__archived_at=None)

    def due(self, now: datetime) -> Self:
        return self.in_force().filter(next_at__lte=now)

    def expecting(self) -> Self:
        return self.in_force().exclude(expect_cron="")


class Schedule(models.Model):
    """Runs of a source by cron or interval, and the moments by which its data should be there.

    ``next_at`` is what the scheduler goes by: whoever moves it on has the tick, so that any number of
    schedulers start one run, and ticks that were missed make up one.
    """

    source = models.OneToOneField(DataSource, on_delete=models.CASCADE, related_name="schedule")
    cron = models.CharField(
        max_length=100,
        blank=True,
        validators=[validate_cron],
        help_text="minute hour day-of-month month day-of-week; 0 6 * * 1-5 is 06:00 from Monday to Friday.",
    )
    every_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_INTERVAL_MINUTES)],
        help_text="Instead of cron: so many minutes from one run to the next.",
    )
    time_zone = models.CharField(
        max_length=60, default="UTC", validators=[validate_zone], help_text="Such as Europe/Berlin."
    )
    paused = models.BooleanField(
        default=False, help_text="No runs by themselves and no alert that data is late."
    )
    next_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    last_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="The newest tick.")
    skipped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The newest tick that met a run still at work."
    )
    expect_cron = models.CharField(
        max_length=100,
        blank=True,
        validators=[validate_cron],
        help_text="When new data is due, as a cron line: 0 6 * * * is every day at 06:00. Empty: never.",
    )
    grace_minutes = models.PositiveIntegerField(
        default=60,
        validators=[MaxValueValidator(7 * 24 * 60)],
        help_text="So many minutes later the alert opens.",
    )
    expecting_since = models.DateTimeField(null=True, blank=True, editable=False)
    overdue = models.BooleanField(default=False, editable=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cron="") | Q(every_minutes=None), name="schedule_cron_or_interval"
            )
        ]

    def __str__(self) -> str:
        return f"schedule of {self.source}"

    def clean(self) -> None:
        """Cron and interval exclude each other."""
        if self.cron and self.every_minutes:
            raise ValidationError({"every_minutes": "Give a cron line or an interval, not both."})

    @property
    def repeats(self) -> bool:
        return bool(self.cron or self.every_minutes)
