"""Rows that come due by the clock: by a cron line or an interval, in a time zone.

The scheduler goes by ``next_at``: whoever moves it on has the tick, so that any number of schedulers start
one run, and ticks that were missed make up one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q

from dataops.web.moments import Cron, CronError, zone
from dataops.web.words import lazy as _

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


def one_rhythm(fields: dict[str, Any]) -> dict[str, Any]:
    """``fields`` to set, where a cron line or an interval that comes alone takes the place of the other."""
    if fields.get("cron"):
        return {"every_minutes": None} | fields
    if fields.get("every_minutes"):
        return {"cron": ""} | fields
    return fields


class TickingQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        return self.filter(paused=False, next_at__lte=now)


class Ticking(models.Model):
    """When something starts by itself; ``cron`` and ``every_minutes`` exclude each other."""

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
    paused = models.BooleanField(default=False, help_text="Nothing starts by itself.")
    next_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    last_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="The newest tick.")
    skipped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The newest tick that met a run still at work."
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Cron and interval exclude each other."""
        if self.cron and self.every_minutes:
            raise ValidationError({"every_minutes": _("Give a cron line or an interval, not both.")})

    @property
    def repeats(self) -> bool:
        return bool(self.cron or self.every_minutes)

    def next_tick(self, *, after: datetime) -> datetime | None:
        """The next moment; an interval keeps the rhythm it began with. None when nothing repeats."""
        if self.cron:
            return Cron.parse(self.cron).next(after, zone(self.time_zone))
        if not self.every_minutes:
            return None
        step = timedelta(minutes=self.every_minutes)
        begun = self.next_at if self.last_at is not None and self.next_at is not None else after
        return begun + step * max((after - begun) // step + 1, 1)

    def tick_before(self, tick: datetime) -> datetime | None:
        """The moment before ``tick`` by the rhythm of today, whether anything started then or not."""
        if self.cron:
            return Cron.parse(self.cron).previous(tick, zone(self.time_zone))
        return tick - timedelta(minutes=self.every_minutes) if self.every_minutes else None


def cron_or_interval(name: str) -> models.CheckConstraint:
    """The database's own word that cron and interval exclude each other."""
    return models.CheckConstraint(condition=Q(cron="") | Q(every_minutes=None), name=name)


Row = TypeVar("Row", bound=Ticking)


def take_due(due: "models.QuerySet[Row]", now: datetime, start: Callable[[Row], None]) -> int:
    """Call ``start`` for each row of ``due``, once for each tick; returns how many were taken.

    The row that ``start`` is given still says when it ticked last before.
    """
    taken = 0
    for row in due.order_by("next_at"):
        # Moved on by UPDATE: two schedulers may see the same tick, one of them must see 0 rows.
        mine = due.filter(pk=row.pk, next_at=row.next_at)
        # Next after now, not after the tick: what was missed meanwhile makes up one run.
        before, row.last_at = row.last_at, now
        following, row.last_at = row.next_tick(after=now), before
        with transaction.atomic():
            if not mine.update(next_at=following, last_at=now):
                continue
            start(row)
        taken += 1
    return taken
