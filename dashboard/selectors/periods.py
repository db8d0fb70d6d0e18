"""Stretches of time that trends are shown over, cut into hours or days (UTC)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Self

from django.db.models import CharField, Func
from django.utils import timezone
from django.utils.translation import gettext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAX_POINTS = 92
MAX_DAYS = 90
LONGEST_DAYS = 2 * 366


@dataclass(frozen=True)
class Period:
    """``count`` steps from ``start``: hours, days, or several days where days would be too many."""

    start: datetime
    step: timedelta
    count: int

    @classmethod
    def of_days(cls, days: int, now: datetime) -> Self:
        """The last ``days`` days with that of ``now`` as the last; one day is shown as 24 hours."""
        last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        if days == 1:
            return cls(last - 23 * HOUR, HOUR, 24)
        return cls(last.replace(hour=0) - (days - 1) * DAY, DAY, days)

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        """Both days included; up to two days come in hours, and a long time in steps of several days."""
        start = datetime.combine(first, time(), UTC)
        days = (last - first).days + 1
        if days <= 2:
            return cls(start, HOUR, 24 * days)
        step = -(-days // MAX_POINTS)
        return cls(start, step * DAY, -(-days // step))

    @property
    def by_hour(self) -> bool:
        return self.step == HOUR

    @property
    def unit(self) -> str:
        """What one point stands for: "hour", "day", "3 days"."""
        if self.step in (HOUR, DAY):
            return gettext("hour") if self.by_hour else gettext("day")
        return gettext("%(count)d days") % {"count": self.step.days}

    @property
    def end(self) -> datetime:
        return self.start + self.count * self.step

    @property
    def goes_on(self) -> bool:
        """Whether the last step is not over yet."""
        return self.end > timezone.now()

    @property
    def last(self) -> Period:
        """The last step alone."""
        return replace(self, start=self.end - self.step, count=1)

    @property
    def starts(self) -> list[datetime]:
        """When each step begins, oldest first."""
        return [self.start + number * self.step for number in range(self.count)]

    @cached_property
    def _step_of(self) -> dict[str, datetime]:
        small = min(self.step, DAY)
        form = "%Y-%m-%d %H" if self.by_hour else "%Y-%m-%d"
        return {
            (start + number * small).strftime(form): start
            for start in self.starts
            for number in range(self.step // small)
        }

    def written(self, start: datetime) -> str:
        """The step that begins there as a filter takes it: an hour, a day, or the first and the last day."""
        if self.by_hour:
            return f"{start:%Y-%m-%dT%H}"
        last = start + self.step - DAY
        return f"{start:%Y-%m-%d}" if last == start else f"{start:%Y-%m-%d}/{last:%Y-%m-%d}"

    def step_of(self, written: str) -> datetime | None:
        """Start of the step that an hour or day, as :class:`StartOf` writes it, falls in."""
        return self._step_of.get(written)


def period(days: int) -> Period:
    return Period.of_days(days, timezone.now())


class StartOf(Func):
    """The hour or day (UTC) of a moment, as text such as "2026-03-29 14".

    Django's own truncation is a Python function on SQLite, a hundred times as slow as cutting the text.
    """

    output_field = CharField()

    def __init__(self, moment: str, over: Period) -> None:
        super().__init__(moment)
        self.by_hour = over.by_hour

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"SUBSTR(%(expressions)s, 1, {13 if self.by_hour else 10})"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        form = "YYYY-MM-DD HH24" if self.by_hour else "YYYY-MM-DD"
        template = f"TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', '{form}')"
        return super().as_sql(compiler, connection, template=template, **context)
