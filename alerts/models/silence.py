"""Times in which people are not told."""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from alerts.enums import Repeat
from alerts.models import matching
from alerts.models.alert import Alert

_PERIOD = {Repeat.DAILY: timedelta(days=1), Repeat.WEEKLY: timedelta(days=7)}


class SilenceQuerySet(models.QuerySet):
    def not_over(self) -> Self:
        """Those that hold now or will hold again."""
        now = timezone.now()
        once = Q(repeat=Repeat.ONCE, ends_at__gt=now)
        return self.filter(once | (~Q(repeat=Repeat.ONCE) & (Q(last_at=None) | Q(last_at__gt=now))))


class Silence(models.Model):
    """Holds messages about the alerts it takes, from a start to an end, for a reason.

    One that repeats is a maintenance window: the same local time every day or week, by the clock
    of its time zone, so that it keeps its hour when the clocks change; ``last_at`` ends it for good.
    """

    match = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(help_text="Of the first time, if it repeats.")
    repeat = models.CharField(max_length=10, choices=Repeat.choices, default=Repeat.ONCE)
    time_zone = models.CharField(max_length=60, default="UTC")
    last_at = models.DateTimeField(null=True, blank=True, help_text="It does not repeat after this.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SilenceQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="alerts_silence_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.reason}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:silence_edit", args=[self.pk])

    @property
    def condition(self) -> str:
        """The match in words."""
        return matching.in_words(self.match)

    @property
    def is_active(self) -> bool:
        return self.holds_until(timezone.now()) is not None

    @property
    def is_over(self) -> bool:
        now = timezone.now()
        end = self.ends_at if self.repeat == Repeat.ONCE else self.last_at
        return end is not None and end <= now and not self.is_active

    def takes(self, alert: Alert) -> bool:
        return matching.takes(self.match, alert)

    def holds_until(self, moment: datetime) -> datetime | None:
        """The end of the stretch that ``moment`` lies in; None when it lies in none."""
        if moment < self.starts_at or (self.last_at is not None and moment >= self.last_at):
            return None
        start = self._latest_start(moment)
        end = start + (self.ends_at - self.starts_at)
        return end if start <= moment < end else None

    def _latest_start(self, moment: datetime) -> datetime:
        """The newest start not after ``moment``, at the same local time as the first."""
        if self.repeat == Repeat.ONCE:
            return self.starts_at
        zone = ZoneInfo(self.time_zone)
        first = self.starts_at.astimezone(zone)
        period = _PERIOD[Repeat(self.repeat)]
        # Local arithmetic: a day is a date here, be it 23, 24 or 25 hours long.
        passed = (moment.astimezone(zone).date() - first.date()) // period
        start = first + passed * period
        return start if start <= moment else first + (passed - 1) * period
