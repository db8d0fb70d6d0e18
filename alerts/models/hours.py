"""The hours of a week in which a route is used, by the clock of a time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """``days`` are ISO weekdays (1 is Monday), empty for all; a stretch that passes midnight belongs to
    the day it starts on. Without ``start`` and ``end`` it is the whole day."""

    days: frozenset[int] = frozenset()
    start: time | None = None
    end: time | None = None
    time_zone: str = "UTC"

    @property
    def are_always(self) -> bool:
        return not self.days and self.start is None

    def include(self, moment: datetime) -> bool:
        """
        >>> night = Hours(frozenset({5}), time(22), time(6), "Europe/Berlin")
        >>> moments = [datetime(2026, 5, day, hour, tzinfo=ZoneInfo("Europe/Berlin"))
        ...            for day, hour in ((1, 23), (2, 5), (2, 23))]
        >>> [night.include(moment) for moment in moments]
        [True, True, False]
        """
        if self.are_always:
            return True
        today = moment.astimezone(self._zone).date()
        return any(start <= moment < end for start, end in map(self._stretch, (today, _before(today)))
                   if self._has(start))  # fmt: skip

    def next_start(self, moment: datetime) -> datetime:
        """The first start of a stretch after ``moment``."""
        today = moment.astimezone(self._zone).date()
        starts = (self._stretch(today + timedelta(days=ahead))[0] for ahead in range(9))
        return next(start for start in starts if start > moment and self._has(start))

    def in_words(self) -> str:
        """
        >>> Hours(frozenset({1, 2}), time(8), time(17), "Europe/Berlin").in_words()
        'Mon, Tue 08:00-17:00 (Europe/Berlin)'
        >>> Hours().in_words()
        ''
        """
        if self.are_always:
            return ""
        days = ", ".join(DAY_NAMES[day - 1] for day in sorted(self.days)) or "Every day"
        hours = f" {self.start:%H:%M}-{self.end:%H:%M}" if self.start and self.end else ""
        return f"{days}{hours} ({self.time_zone})"

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def _has(self, start: datetime) -> bool:
        return not self.days or start.isoweekday() in self.days

    def _stretch(self, day: date) -> tuple[datetime, datetime]:
        """What starts on this day."""
        start, end = self.start or time.min, self.end or time.min
        last_day = day if end > start else day + timedelta(days=1)
        return datetime.combine(day, start, self._zone), datetime.combine(last_day, end, self._zone)


def _before(day: date) -> date:
    return day - timedelta(days=1)
