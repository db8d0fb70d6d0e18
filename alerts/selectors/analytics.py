"""How alerting does: how many, how quickly people react, and what is only noise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, Func
from django.utils import timezone

from alerts.enums import NotificationState, Resolution, Severity
from alerts.models import Alert, Episode, Notification
from alerts.selectors.alerts import newest_event
from dataops.web.memo import once_while

NOT_USEFUL = (Resolution.FALSE_POSITIVE, Resolution.EXPECTED)
BY_ITSELF = (Resolution.RECOVERED, Resolution.SUBJECT_REMOVED, Resolution.NOT_EVALUATED)
NOISIEST = 10
PATIENT = 2
QUARTER = 15 * 60


class Seconds(Func):
    """A moment in whole seconds since 1970, made by the database."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::BIGINT"
        return super().as_sql(compiler, connection, template=template, **context)


class Seen(NamedTuple):
    """What counts of an episode, with moments in seconds since 1970.

    There are tens of thousands, and rows of the ORM with their datetimes take ten times as long.
    """

    alert_id: int
    opened_at: int
    acknowledged_at: int | None
    resolved_at: int | None
    resolution: str
    severity: str
    is_flapping: bool
    reports: int


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    opened: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Reaction:
    """Seconds from opening to acknowledgement and to the end, of the episodes of one severity.

    Medians and 90th percentiles, not means: one alert forgotten over a holiday says nothing about the others.
    """

    severity: str
    episodes: int
    acknowledge_median: float | None
    acknowledge_p90: float | None
    resolve_median: float | None
    resolve_p90: float | None


@dataclass(frozen=True, slots=True)
class Noise:
    """One alert that opens often, how often it ended by itself, and what would quieten it."""

    alert: Alert
    episodes: int
    messages: int
    by_itself: int
    not_useful: int
    flapping: int
    advice: str


@dataclass(frozen=True, slots=True)
class Analytics:
    days: list[Day]
    reactions: list[Reaction]
    opened: int
    resolved: int
    by_itself: int
    not_useful: int
    flapping: int
    messages: int
    noisiest: list[Noise]

    @property
    def by_itself_fraction(self) -> float | None:
        """Of what is over; None while nothing is."""
        return self.by_itself / self.resolved if self.resolved else None

    @property
    def not_useful_fraction(self) -> float | None:
        """Of what is over; None while nothing is."""
        return self.not_useful / self.resolved if self.resolved else None


def analytics(*, days: int) -> Analytics:
    """Episodes that opened in the last ``days`` days; six queries, two while nothing happens."""
    told = Notification.objects.order_by("-pk").values_list("pk", "state").first()
    state = [days, timezone.localdate(), timezone.get_current_timezone_name(), newest_event(), told]
    return once_while("analytics", state, lambda: _analytics(timezone.now() - timedelta(days=days)))


def _analytics(since: datetime) -> Analytics:
    moments = [Seconds(name) for name in ("opened_at", "acknowledged_at", "resolved_at")]
    read: list[Any] = ["alert_id", *moments, "resolution", "severity", "is_flapping", "count"]
    rows = Episode.objects.filter(opened_at__gte=since).order_by("pk").values_list(*read)
    episodes = list(map(Seen._make, rows))
    over = [episode for episode in episodes if episode.resolved_at]
    return Analytics(
        days=_days(episodes, since),
        reactions=[_reaction(severity, episodes) for severity in reversed(Severity.values)],
        opened=len(episodes),
        resolved=len(over),
        by_itself=sum(episode.resolution in BY_ITSELF for episode in over),
        not_useful=sum(episode.resolution in NOT_USEFUL for episode in over),
        flapping=sum(episode.is_flapping for episode in episodes),
        messages=Notification.objects.filter(
            created_at__gte=since, state=NotificationState.SENT, episodes__isnull=False
        )
        .distinct()
        .count(),
        noisiest=_noisiest(episodes, since),
    )


def _days(episodes: Iterable[Seen], since: datetime) -> list[Day]:
    opened = _by_day(episode.opened_at for episode in episodes)
    resolved = _by_day(episode.resolved_at for episode in episodes if episode.resolved_at)
    first, last = timezone.localdate(since), timezone.localdate()
    every = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [Day(day, opened[day], resolved[day]) for day in every]


def _by_day(moments: Iterable[int]) -> Counter[date]:
    """How many in each day of the reader's zone. Zones begin a day at full quarters of an hour."""
    here, days = timezone.get_current_timezone(), Counter[date]()
    for quarter, count in Counter(moment // QUARTER for moment in moments).items():
        days[datetime.fromtimestamp(quarter * QUARTER, here).date()] += count
    return days


def _reaction(severity: str, episodes: Iterable[Seen]) -> Reaction:
    mine = [episode for episode in episodes if episode.severity == severity]
    acknowledged = [e.acknowledged_at - e.opened_at for e in mine if e.acknowledged_at]
    resolved = [e.resolved_at - e.opened_at for e in mine if e.resolved_at]
    return Reaction(
        severity,
        len(mine),
        acknowledge_median=median(acknowledged) if acknowledged else None,
        acknowledge_p90=_p90(acknowledged),
        resolve_median=median(resolved) if resolved else None,
        resolve_p90=_p90(resolved),
    )


def _p90(seconds: Sequence[float]) -> float | None:
    """The nearest rank: one that really happened."""
    return sorted(seconds)[ceil(0.9 * len(seconds)) - 1] if seconds else None


def _noisiest(episodes: Iterable[Seen], since: datetime) -> list[Noise]:
    """Those that opened most often, with the messages about these episodes; to open once is no noise."""
    by_alert: dict[int, list[Seen]] = defaultdict(list)
    for episode in episodes:
        by_alert[episode.alert_id].append(episode)
    often = (pk for pk, mine in by_alert.items() if len(mine) > 1)
    busiest = sorted(often, key=lambda pk: (-len(by_alert[pk]), pk))[:NOISIEST]
    alerts = Alert.objects.in_bulk(busiest)
    links = Notification.episodes.through.objects.order_by().filter(
        episode__alert__in=busiest,
        episode__opened_at__gte=since,
        notification__state=NotificationState.SENT,
    )
    messages = dict(links.values_list("episode__alert").annotate(Count("notification", distinct=True)))
    return [_noise(alerts[pk], by_alert[pk], messages.get(pk, 0)) for pk in busiest]


def _noise(alert: Alert, episodes: Sequence[Seen], messages: int) -> Noise:
    by_itself = sum(episode.resolution in BY_ITSELF for episode in episodes)
    not_useful = sum(episode.resolution in NOT_USEFUL for episode in episodes)
    flapping = sum(episode.is_flapping for episode in episodes)
    return Noise(
        alert, len(episodes), messages, by_itself, not_useful, flapping, _advice(episodes, not_useful)
    )


def _advice(episodes: Sequence[Seen], not_useful: int) -> str:
    """A change that the past speaks for, tried on it: what would have been told with more patience."""
    if not_useful * 2 > len(episodes):
        return "Most were called not useful: change its limit, or lower its severity with a policy."
    spared = sum(
        episode.reports < PATIENT and episode.resolution in BY_ITSELF and episode.acknowledged_at is None
        for episode in episodes
    )
    if spared * 2 >= len(episodes):
        return (
            f"A policy that opens it after {PATIENT} bad reports would have spared {spared} of"
            f" {len(episodes)}: they ended by themselves after one."
        )
    return ""
