"""Escalation: the further channels of a route hear of what nobody has acknowledged in time.

Minutes count from when the alert opened, got worse or was let go. What is acknowledged, resolved,
snoozed or silenced is left alone, and so is what its route tells in digests only.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch

from alerts.enums import EventKind, Status
from alerts.models import AlertEvent, Episode, EscalationStep, Route
from alerts.services import lifecycle, outbox
from alerts.services.lifecycle import Change
from alerts.services.quiet import Quiet
from alerts.services.routing import channels_in_use, keep_setup

Calls = set[tuple[int, int, int]]
"""What was called: (episode, route, minutes)."""


@transaction.atomic
def call_more() -> int:
    """Tell the channels of each step whose time has come, once; returns how many steps that were."""
    keep_setup()
    routes = _routes_with_steps()
    if not routes:
        return 0
    quiet = Quiet()
    episodes = [each for each in _unanswered(routes, quiet.now) if quiet.hold_on(each.alert) is None]
    called = _called(episodes)
    groups: dict[outbox.Address, list[Change]] = defaultdict(list)
    changes = []
    for episode, step in _due(episodes, routes, quiet.now):
        if (episode.pk, step.route_id, step.after_minutes) not in called:
            change = lifecycle.call(episode.alert, episode, step, at=quiet.now)
            changes.append(change)
            for channel in step.channels.all():
                groups[(step.route_id, channel.pk)].append(change)
    AlertEvent.objects.bulk_create([change.event for change in changes])
    outbox.write({address: _latest(group) for address, group in groups.items()}, routes)
    return len(changes)


def _routes_with_steps() -> list[Route]:
    steps = EscalationStep.objects.prefetch_related(Prefetch("channels", channels_in_use()))
    routes = Route.objects.in_use().filter(steps__isnull=False).distinct()
    return list(routes.prefetch_related(Prefetch("steps", steps)))


def _unanswered(routes: Iterable[Route], now: datetime) -> Iterable[Episode]:
    shortest = min(step.after_minutes for route in routes for step in route.steps.all())
    waiting = Episode.objects.open().filter(
        alert__status=Status.OPEN, held_back="", news_at__lte=now - timedelta(minutes=shortest)
    )
    # Locked, so that of two passes at once the second sees what the first has called.
    return waiting.select_related("alert").select_for_update(of=("self",)).order_by("pk")


def _called(episodes: Iterable[Episode]) -> Calls:
    since = {episode.pk: episode.news_at for episode in episodes}
    events = AlertEvent.objects.filter(kind=EventKind.CALLED, episode__in=since)
    return {
        (event.episode_id, event.data["route"], event.data["after_minutes"])
        for event in events
        if event.episode_id and event.at > since[event.episode_id]
    }


def _due(
    episodes: Iterable[Episode], routes: Iterable[Route], now: datetime
) -> Iterator[tuple[Episode, EscalationStep]]:
    for episode in episodes:
        for route in routes:
            if route.takes(episode.alert) and not route.digests(episode.alert):
                for step in route.steps.all():
                    if now >= episode.news_at + timedelta(minutes=step.after_minutes):
                        yield episode, step


def _latest(changes: Iterable[Change]) -> list[Change]:
    """One an alert: after a long pause several steps may fall due at once."""
    return list({change.alert.pk: change for change in changes}.values())
