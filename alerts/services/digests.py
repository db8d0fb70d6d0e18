"""Digests: what is mild is told together, each hour or day, and only when there is news.

A digest covers the time since the last one, read from the tables: one that was missed is caught up,
and one is never written twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts.enums import EventKind, Reason
from alerts.models import AlertEvent, Channel, Episode, Notification, Route
from alerts.services import outbox, payload
from alerts.services.identity import digest as key_of
from alerts.services.lifecycle import Change
from alerts.services.quiet import Quiet
from alerts.services.routing import first_routes, keep_setup, routes_in_use


def send_digests() -> int:
    """Write the digests whose time has come; returns how many messages that are."""
    # The time of one that leads nowhere passes as well: it has no old news once it leads somewhere.
    return sum(_send(route) for route in Route.objects.in_use().exclude(digest=""))


@transaction.atomic
def _send(route: Route) -> int:
    until = route.digest_due_at(timezone.now())
    since = route.digested_until
    if since >= until:
        return 0
    ours = Route.objects.filter(pk=route.pk, digested_until=since)
    if not ours.update(digested_until=until):
        return 0  # another worker was faster
    keep_setup()
    routes = routes_in_use()
    quiet = Quiet(routes)
    told = [change for change in _what_is_told(since, until) if route.digests(change.alert)]
    told = [c for c in told if c.reason == Reason.RESOLVED or not quiet.hold_on(c.alert, hours=False)]
    messages, episodes = [], []
    for channel in next((each.reaches for each in routes if each == route), ()):
        mine = [c for c in told if first_routes(routes, c.alert).get(channel.pk) == route]
        if any(change.reason != Reason.DIGEST for change in mine):
            messages.append(_message(route, channel, mine, since, until))
            episodes.append([change.episode.pk for change in mine])
    outbox.store(messages, episodes)
    return len(messages)


def _what_is_told(since: datetime, until: datetime) -> Iterable[Change]:
    """Episodes that began or ended from ``since`` on, before ``until``, and those that still go on."""
    lived = Episode.objects.filter(Q(resolved_at=None) | Q(resolved_at__gte=since), news_at__lt=until)
    for episode in lived.select_related("alert", "resolved_by").order_by("pk"):
        if episode.resolved_at and episode.resolved_at < until:
            yield _change(episode, Reason.RESOLVED, EventKind.RESOLVED, episode.resolved_at)
        elif episode.news_at >= since:
            yield _change(episode, Reason.OPENED, EventKind.OPENED, episode.opened_at)
        else:
            yield _change(episode, Reason.DIGEST, EventKind.TOLD, episode.opened_at)


def _change(episode: Episode, reason: Reason, kind: EventKind, at: datetime) -> Change:
    """For the words of the message only; the event is not stored."""
    event = AlertEvent(alert=episode.alert, episode=episode, kind=kind, at=at, actor=episode.resolved_by)
    return Change(episode.alert, episode, event, reason)


def _message(
    route: Route, channel: Channel, changes: Sequence[Change], since: datetime, until: datetime
) -> Notification:
    content: dict[str, Any] = payload.digest(changes, name=route.name, since=since, until=until)
    now = timezone.now()
    return Notification(
        route=route,
        channel=channel,
        reason=Reason.DIGEST,
        subject=payload.digest_line(content["digest"]),
        payload=content,
        idempotency_key=key_of(["digest", route.pk, channel.pk, until.isoformat()]),
        created_at=now,
        not_before=now,
        expires_at=now + outbox.EXPIRES_AFTER,
    )
