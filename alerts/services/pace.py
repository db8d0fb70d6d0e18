"""When a message may go out: at once, or put off to be told with others of its group.

A report is told whole and at once. For the interval of the route after that, new alerts about the same
subject are put off, unless they are more severe than what was told; whatever else there is to tell
about the subject goes at once and takes them along (``services.joining``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.enums import NotificationState, Reason, Severity
from alerts.models import Alert, Notification, Route
from alerts.models.routing import MOST_INTERVAL_MINUTES
from alerts.services.identity import OUTSIDE
from alerts.services.lifecycle import Change

UNTOLD = (NotificationState.DEAD, NotificationState.CANCELLED, NotificationState.FOLDED)
NEWS = (Reason.OPENED, Reason.REOPENED, Reason.ESCALATED, Reason.LAPSED, Reason.HELD_BACK)


def group_of(changes: Iterable[Change]) -> str:
    """The one subject of the changes; empty for several, which are in no group."""
    subjects = {_subject(change.alert) for change in changes}
    return subjects.pop() if len(subjects) == 1 else ""


def _subject(alert: Alert) -> str:
    if (alert.subject_type, alert.subject_id) == (OUTSIDE.type, OUTSIDE.id):
        return alert.fingerprint  # of other systems, what one reports has nothing to do with the next
    return f"{alert.subject_type}:{alert.subject_id}"


@dataclass(frozen=True, slots=True)
class _Told:
    key: int
    at: datetime
    worst: int
    is_put_off: bool


class Pace:
    """What was told of some groups lately, by route and channel; one query."""

    def __init__(self, groups: Collection[str], now: datetime) -> None:
        self.now = now
        lately = Notification.objects.filter(
            group__in=set(groups) - {""},
            not_before__gt=now - timedelta(minutes=MOST_INTERVAL_MINUTES),
            reason__in=NEWS,
        )
        self._told: dict[tuple[int | None, int | None, str], list[_Told]] = {}
        for message in lately.exclude(state__in=UNTOLD).order_by("pk"):
            worst = max((Severity(a["severity"]).rank for a in message.payload["alerts"]), default=0)
            address = (message.route_id, message.channel_id, message.group)
            # What is tried again was meant to be told when it was written.
            at = message.created_at if message.state == NotificationState.RETRY else message.not_before
            told = _Told(message.pk, at, worst, message.is_put_off)
            self._told.setdefault(address, []).append(told)

    def start(self, route: Route | None, channel: int, group: str, changes: Sequence[Change]) -> datetime:
        """The earliest time for a message about the changes; ``now`` also hurries those put off."""
        if route is None or not route.interval_minutes:
            return self.now
        interval = timedelta(minutes=route.interval_minutes)
        told = self._told.get((route.pk, channel, group), [])
        recent = [each for each in told if each.at > self.now - interval]
        worst = max(Severity(change.alert.severity).rank for change in changes)
        can_wait = all(change.reason == Reason.OPENED for change in changes)
        if recent and can_wait and worst <= max(each.worst for each in recent):
            last = max(each.at for each in recent)
            return last if last > self.now else last + interval
        self._hurry([each.key for each in recent if each.is_put_off])
        return self.now

    def _hurry(self, keys: Collection[int]) -> None:
        Notification.objects.put_off().filter(pk__in=keys, not_before__gt=self.now).update(
            not_before=self.now
        )
