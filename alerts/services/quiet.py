"""Holding back: what a snooze, a silence, the hours of its routes or its cause keep from being told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from alerts.enums import EventKind, Reason, Severity, SubjectType
from alerts.models import Alert, AlertEvent, Episode, Route, Silence
from alerts.selectors.causes import Causes
from alerts.services.lifecycle import Change

INHIBITED_FOR = timedelta(hours=24)
"""A cause that stays open for longer is no reason to keep quiet about what follows from it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why, and until when at most, nothing is told; a snooze and hours have neither silence nor cause."""

    why: str
    until: datetime
    silence: Silence | None = None
    cause: Alert | None = None


class Quiet:
    """The silences and routes of one moment, read once; two queries, or one where the routes are known.

    What an alert follows from costs those of ``Causes``.
    """

    def __init__(self, routes: Sequence[Route] | None = None, causes: Causes | None = None) -> None:
        self.now = timezone.now()
        silences = Silence.objects.not_over().filter(starts_at__lte=self.now)
        held = ((silence, silence.holds_until(self.now)) for silence in silences)
        self._causes = causes or Causes()
        self._active = [(silence, until) for silence, until in held if until is not None]
        self._routes = list(Route.objects.in_use()) if routes is None else routes

    def hold_on(self, alert: Alert, *, hours: bool = True) -> Hold | None:
        """What holds messages about the alert back now; of several, what lasts longest.

        ``hours`` False leaves out the hours of routes: a digest comes at its own.
        """
        holds = [
            Hold(f"Silenced: {silence.reason}", until, silence)
            for silence, until in self._active
            if silence.takes(alert)
        ]
        if alert.snoozed_until is not None and alert.snoozed_until > self.now:
            by = f" by {alert.snoozed_by.get_username()}" if alert.snoozed_by else ""
            sooner = f", or {alert.wakes_sooner}" if alert.wakes_sooner else ""
            holds.append(Hold(f"Snoozed{by}{sooner}", alert.snoozed_until))
        if hours and (outside := self._outside_hours(alert)):
            holds.append(outside)
        if (cause := self._inhibiting(alert)) is not None:
            why = f"Probably caused by {cause.subject_name}: {cause.title}"
            holds.append(Hold(why, cause.opened_at + INHIBITED_FOR, cause=cause))
        return max(holds, key=lambda hold: hold.until, default=None)

    def _outside_hours(self, alert: Alert) -> Hold | None:
        """When each route that takes it is used at other times only: nobody would be told."""
        hours = [route.hours for route in self._routes if route.takes(alert)]
        if not hours or any(each.include(self.now) for each in hours):
            return None
        return Hold("Outside the hours of its routes", min(each.next_start(self.now) for each in hours))

    def _inhibiting(self, alert: Alert) -> Alert | None:
        """A critical alert at its root, of the last day. Nothing keeps news of the product itself back."""
        if alert.subject_type == SubjectType.SYSTEM:
            return None
        fresh = self.now - INHIBITED_FOR
        roots = (root for root in self._causes.of(alert) if root.severity == Severity.CRITICAL)
        return max((r for r in roots if r.opened_at > fresh), key=lambda r: r.opened_at, default=None)


def spoken_of(changes: Sequence[Change], routes: Sequence[Route]) -> list[Change]:
    """The changes that are told now; the others are marked and noted on their alerts.

    That something is over is never held: it goes where its beginning was told.
    """
    news = [change for change in changes if change.reason not in (Reason.RESOLVED, Reason.ACKNOWLEDGED)]
    if not news:
        return list(changes)
    quiet = Quiet(routes)
    held = [(change, hold) for change in news if (hold := quiet.hold_on(change.alert))]
    if held:
        _mark(held, quiet.now)
    silent = {id(change) for change, _ in held}
    return [change for change in changes if id(change) not in silent]


def _mark(held: Iterable[tuple[Change, Hold]], now: datetime) -> None:
    episodes, events = [], []
    for change, hold in held:
        change.episode.held_back = hold.why[:300]
        episodes.append(change.episode)
        events.append(
            AlertEvent(
                alert=change.alert,
                episode=change.episode,
                at=now,
                kind=EventKind.HELD,
                comment=hold.why,
                data={"until": hold.until.isoformat(timespec="seconds"), "reason": str(change.reason)},
            )
        )
    Episode.objects.bulk_update(episodes, ["held_back"])
    AlertEvent.objects.bulk_create(events)
