"""When the data of a source is fetched and checked, and by when it is expected."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from dataops.web.ticks import Ticking, TickingQuerySet, cron_or_interval, validate_cron, validate_zone
from quality.models.source import DataSource

__all__ = ["Schedule", "ScheduleQuerySet", "validate_cron", "validate_zone"]  # migrations look for them here


class ScheduleQuerySet(TickingQuerySet):
    def in_force(self) -> Self:
        return self.filter(paused=False, source__archived_at=None)

    def due(self, now: datetime) -> Self:
        return super().due(now).filter(source__archived_at=None)

    def expecting(self) -> Self:
        return self.in_force().exclude(expect_cron="")


class Schedule(Ticking):
    """Runs of a source by cron or interval, and the moments by which its data should be there."""

    source = models.OneToOneField(DataSource, on_delete=models.CASCADE, related_name="schedule")
    paused = models.BooleanField(
        default=False, help_text="No runs by themselves and no alert that data is late."
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

    objects = SightedManager.from_queryset(ScheduleQuerySet)()
    unseen = hanging_on(source="source")

    class Meta:
        constraints = [cron_or_interval("schedule_cron_or_interval")]

    def __str__(self) -> str:
        return f"schedule of {self.source}"
