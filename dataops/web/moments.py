"""Moments that come again: cron lines in a time zone."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from celery.schedules import ParseException, crontab

from dataops.web.words import lazy as _

# The rarest line that can come true is the 29th of February on one weekday: once in 40 years at worst.
FARTHEST_DAYS = 40 * 366


class CronError(ValueError):
    """A cron line or a time zone that cannot be followed; the message says what is wrong."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Raises CronError for a name that is no time zone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise CronError(
            _("%(name)s is no time zone; give one such as Europe/Berlin or UTC") % {"name": f"{name!r}"}
        ) from None


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone by name, UTC first, as a form's choices."""
    return [(name, name) for name in ("UTC", *sorted(available_timezones() - {"localtime", "UTC"}))]


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line of five fields, as Vixie cron reads it.

    Days match when day of month and day of week both do, or either when both are restricted.
    Weekdays are 0 to 6 or 7 from Sunday to Sunday, or names.

    >>> Cron.parse("30 6 * * 1-5").next(datetime(2026, 5, 1, 8, tzinfo=UTC), zone("UTC"))
    datetime.datetime(2026, 5, 4, 6, 30, tzinfo=datetime.timezone.utc)
    """

    times: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Raises CronError that names what is wrong."""
        parts = text.split()
        if len(parts) != 5:
            raise CronError(
                _("%(text)s has %(count)s fields; a cron line has 5: minute hour day month weekday")
                % {"text": f"{text!r}", "count": len(parts)}
            )
        minute, hour, day, month, weekday = parts
        try:
            read = crontab(
                minute=minute,
                hour=hour,
                day_of_month=day,
                month_of_year=month,
                day_of_week=re.sub(r"\b7\b", "0", weekday),
            )
        except (ParseException, ValueError, TypeError) as error:
            raise CronError(
                _("%(text)s cannot be read as a cron line: %(error)s") % {"text": f"{text!r}", "error": error}
            ) from None
        cron = cls(
            times=tuple(time(h, m) for h in sorted(read.hour) for m in sorted(read.minute)),
            days=frozenset(read.day_of_month),
            months=frozenset(read.month_of_year),
            weekdays=frozenset(read.day_of_week),
            either_day=not day.startswith("*") and not weekday.startswith("*"),
        )
        if cron.next(datetime(2000, 1, 1, tzinfo=UTC), zone("UTC")) is None:
            raise CronError(_("%(text)s never comes true: no such day exists") % {"text": f"{text!r}"})
        return cron

    def next(self, after: datetime, tz: ZoneInfo) -> datetime | None:
        """The first moment later than ``after``, in UTC; None when the line never comes true."""
        first = after.astimezone(tz).date() - timedelta(days=1)
        for day in self._matching_days(first, step=1):
            moments = self._moments(day, tz)
            place = bisect_right(moments, after)
            if place < len(moments):
                return moments[place]
        return None

    def previous(self, before: datetime, tz: ZoneInfo) -> datetime | None:
        """The last moment earlier than ``before``, in UTC."""
        first = before.astimezone(tz).date() + timedelta(days=1)
        for day in self._matching_days(first, step=-1):
            moments = self._moments(day, tz)
            place = bisect_left(moments, before)
            if place:
                return moments[place - 1]
        return None

    def _matching_days(self, first: date, *, step: int) -> Iterator[date]:
        day = first
        for _day in range(FARTHEST_DAYS):
            if self._matches(day):
                yield day
            day += timedelta(days=step)

    def _matches(self, day: date) -> bool:
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (
            (by_day or by_weekday) if self.either_day else (by_day and by_weekday)
        )

    def _moments(self, day: date, tz: ZoneInfo) -> list[datetime]:
        """The moments of one day, in order.

        A time that the clock skips in spring comes as much later as the clock jumps, and one that it
        shows twice in autumn counts once, the first time.
        """
        return sorted({datetime.combine(day, at, tz).astimezone(UTC) for at in self.times})
