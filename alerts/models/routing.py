"""Where messages go: channels, and the routes that lead to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from alerts.enums import Digest, Severity
from alerts.models import matching
from alerts.models.alert import Alert
from alerts.models.hours import Hours
from dataops.web.naming import refuse_unseen
from dataops.web.vault import SealedField

MOST_INTERVAL_MINUTES = 24 * 60
MOST_STEPS = 3
MOST_STEP_MINUTES = 7 * 24 * 60


class Channel(models.Model):
    """A way to reach people: a kind from the registry with its settings."""

    name = models.CharField(max_length=80, unique=True, validators=[refuse_unseen])
    kind = models.CharField(max_length=40)
    config = models.JSONField(default=dict, blank=True)
    secrets = SealedField(help_text="Secret settings, each encrypted.")
    enabled = models.BooleanField(default=True)
    per_minute = models.PositiveSmallIntegerField(
        default=20,
        help_text="Messages a minute; when there are more, they become one summary. 0: no limit.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:channel_edit", args=[self.pk])


class RouteQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        return self.filter(enabled=True)


class Route(models.Model):
    """Which alerts go to which channels, and when; ``models.matching`` says what its match may hold."""

    name = models.CharField(max_length=80, unique=True, validators=[refuse_unseen])
    position = models.PositiveSmallIntegerField(default=100, help_text="Routes are asked in this order.")
    match = models.JSONField(default=dict, blank=True)
    channels = models.ManyToManyField(Channel, related_name="routes")
    enabled = models.BooleanField(default=True)
    interval_minutes = models.PositiveSmallIntegerField(
        default=5,
        validators=[MaxValueValidator(MOST_INTERVAL_MINUTES)],
        help_text="After a message, new alerts of the same source or model wait this long and go as one.",
    )
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.DAILY, blank=True)
    digest_up_to = models.CharField(
        max_length=10,
        choices=Severity.choices,
        default=Severity.INFO,
        help_text="Alerts up to this severity are told in the digest only.",
    )
    digest_hour = models.PositiveSmallIntegerField(
        default=8, validators=[MaxValueValidator(23)], help_text="Of a daily digest, in its time zone."
    )
    digested_until = models.DateTimeField(default=timezone.now, editable=False)
    days = models.JSONField(default=list, blank=True, help_text="ISO weekdays, 1 is Monday; none: every day.")
    from_time = models.TimeField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True, help_text="Before the start: on the next day.")
    time_zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    reaches: Sequence[Channel] = ()
    """Its channels in use, where it was read with them (``services.routes_in_use``)."""

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:route_edit", args=[self.pk])

    @property
    def condition(self) -> str:
        """The match in words."""
        return matching.in_words(self.match)

    @property
    def hours(self) -> Hours:
        return Hours(frozenset(self.days), self.from_time, self.to_time, self.time_zone)

    def takes(self, alert: Alert) -> bool:
        """Whether it is meant for the alert, at whatever time."""
        return matching.takes(self.match, alert)

    def digests(self, alert: Alert) -> bool:
        """Whether it tells the alert in its digest only."""
        return bool(self.digest) and Severity(alert.severity).rank <= Severity(self.digest_up_to).rank

    def digest_due_at(self, moment: datetime) -> datetime:
        """The newest end of a digest's hour or day that is not after ``moment``."""
        local = moment.astimezone(ZoneInfo(self.time_zone)).replace(minute=0, second=0, microsecond=0)
        if self.digest == Digest.HOURLY:
            return local
        end = local.replace(hour=self.digest_hour)
        return end if end <= moment else end - timedelta(days=1)


class EscalationStep(models.Model):
    """Further channels that hear of an alert of the route which nobody has acknowledged in time."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="steps")
    after_minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_STEP_MINUTES)]
    )
    channels = models.ManyToManyField(Channel, related_name="steps")

    class Meta:
        ordering = ["after_minutes"]
        constraints = [
            models.UniqueConstraint(fields=["route", "after_minutes"], name="alerts_one_step_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.route}, after {self.after_minutes} min"
