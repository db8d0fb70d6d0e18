"""Writing messages: rows beside the change they tell about, in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from alerts.channels import CHANNELS
from alerts.enums import NotificationState, Reason
from alerts.models import Alert, Channel, Episode, Notification, Route
from alerts.services import payload, quiet
from alerts.services.errors import Conflict
from alerts.services.identity import digest
from alerts.services.lifecycle import Change
from alerts.services.pace import UNTOLD, Pace, group_of
from dataops.web import audit, queue

EXPIRES_AFTER = timedelta(hours=24)
TASK = "alerts.deliver_due"

FOLLOWS = (Reason.RESOLVED, Reason.ACKNOWLEDGED)
"""What only those hear of who heard of the beginning."""

Address = tuple[int | None, int]
"""Where a message goes: (route, channel)."""


def announce(changes: Sequence[Change]) -> list[Notification]:
    """One message per route and channel about all of the changes it takes, those held back left out.

    A channel that several routes lead to hears of an alert through the first of them only. That an
    alert is over is told where its beginning was told, whatever the routes say now.
    """
    if not changes:
        return []
    routes = _routes()
    spoken = quiet.spoken_of(changes, routes)
    groups: dict[Address, list[Change]] = defaultdict(list)
    for change, addresses in _addressed(spoken, routes):
        for address in addresses:
            groups[address].append(change)
    messages = _messages(groups, {route.pk: route for route in routes})
    Notification.objects.bulk_create(messages)
    _link_episodes(messages, list(groups.values()))
    _note_told(spoken)
    if messages:
        nudge()
    return messages


def _routes() -> list[Route]:
    """Those in use, each with its channels in use; two queries."""
    enabled = Prefetch("channels", Channel.objects.filter(enabled=True))
    return list(Route.objects.in_use().prefetch_related(enabled))


def _addressed(changes: Sequence[Change], routes: Sequence[Route]) -> list[tuple[Change, list[Address]]]:
    told = _told_before([change for change in changes if change.reason in FOLLOWS])
    now = timezone.now()
    return [
        (c, told[c.episode.pk] if c.reason in FOLLOWS else _first_routes(routes, c.alert, now))
        for c in changes
    ]


def _first_routes(routes: Sequence[Route], alert: Alert, now: datetime) -> list[Address]:
    by_channel: dict[int, Address] = {}
    for route in routes:
        if route.takes(alert) and route.hours.include(now):
            for channel in route.channels.all():
                by_channel.setdefault(channel.pk, (route.pk, channel.pk))
    return list(by_channel.values())


def _told_before(changes: Sequence[Change]) -> dict[int, list[Address]]:
    """Per episode the addresses that heard, or will hear, of it; a channel counts once.

    What was put off is told to nobody any more when it ends before.
    """
    if not changes:
        return {}
    links = Notification.episodes.through.objects.filter(
        episode__in=[change.episode for change in changes], notification__channel__enabled=True
    ).exclude(notification__state__in=UNTOLD)
    put_off = Notification.objects.put_off().filter(episodes__in=[change.episode for change in changes])
    # Locked, so that none of them is claimed, and told, while we think it is not.
    links = links.exclude(notification__in=[m.pk for m in put_off.select_for_update(of=("self",))])
    if all(change.reason == Reason.ACKNOWLEDGED for change in changes):
        links = links.filter(notification__channel__kind__in=_kinds_that_hear_of_people())
    addresses: dict[int, dict[int, Address]] = {change.episode.pk: {} for change in changes}
    columns = ("episode_id", "notification__route_id", "notification__channel_id")
    for episode, route, channel in links.order_by("notification_id").values_list(*columns):
        addresses[episode].setdefault(channel, (route, channel))
    return {episode: list(found.values()) for episode, found in addresses.items()}


def _kinds_that_hear_of_people() -> list[str]:
    """Channel kinds with incidents of their own, which are acknowledged there as well."""
    return [kind.key for kind in CHANNELS if getattr(kind, "tells_acknowledged", False)]


def _messages(
    groups: Mapping[Address, Sequence[Change]], routes: Mapping[int | None, Route]
) -> list[Notification]:
    by_address = {address: group_of(changes) for address, changes in groups.items()}
    pace = Pace(set(by_address.values()), timezone.now())
    return [
        _message(
            address,
            changes,
            group=by_address[address],
            start=pace.start(routes.get(address[0]), address[1], by_address[address], changes),
            now=pace.now,
        )
        for address, changes in groups.items()
    ]


def _message(
    address: Address, changes: Sequence[Change], *, group: str, start: datetime, now: datetime
) -> Notification:
    route, channel = address
    content = payload.build(changes)
    told = sorted((c.episode.pk, str(c.reason), c.alert.version, str(c.episode.told_at)) for c in changes)
    return Notification(
        route_id=route,
        channel_id=channel,
        group=group,
        reason=content["reason"],
        subject=payload.subject_line(content),
        payload=content,
        idempotency_key=digest([route, channel, told]),
        created_at=now,
        not_before=start,
        expires_at=start + EXPIRES_AFTER,
    )


def _link_episodes(messages: Sequence[Notification], groups: Sequence[Sequence[Change]]) -> None:
    links = Notification.episodes.through
    links.objects.bulk_create(
        links(notification_id=message.pk, episode_id=change.episode.pk)
        for message, group in zip(messages, groups, strict=True)
        for change in group
    )


def _note_told(changes: Sequence[Change]) -> None:
    """Reminders count from here, also for an alert that no route takes."""
    now = timezone.now()
    episodes = [change.episode for change in changes if change.reason not in FOLLOWS]
    for episode in episodes:
        episode.told_at, episode.held_back = now, ""
    if episodes:
        Episode.objects.bulk_update(episodes, ["told_at", "held_back"])


def routing_of(alert: Alert) -> list[tuple[Route, Channel, bool]]:
    """Every channel of the routes that take the alert, and whether it hears of it through that route."""
    routes = _routes()
    first = set(_first_routes(routes, alert, timezone.now()))
    return [
        (route, channel, (route.pk, channel.pk) in first)
        for route in routes
        if route.takes(alert)
        for channel in route.channels.all()
    ]


@transaction.atomic
def send_test(channel: Channel, *, by: Any) -> Notification:
    """A harmless message through the same outbox as every other."""
    now = timezone.now()
    message = Notification.objects.create(
        channel=channel,
        reason=Reason.TEST,
        subject=f"[TEST] {channel.name}: messages arrive here",
        payload=payload.test(channel.name, asked_by=by.get_username()),
        idempotency_key=digest(["test", channel.pk, now.isoformat()]),
        created_at=now,
        not_before=now,
        expires_at=now + timedelta(minutes=10),
    )
    audit.record("channel.tested", by=by, target=channel)
    nudge()
    return message


@transaction.atomic
def retry(message: Notification, *, by: Any) -> Notification:
    """Send again what was given up or waits for its next try."""
    message = Notification.objects.select_for_update().get(pk=message.pk)
    if not message.can_retry:
        raise Conflict(f"This message is {message.get_state_display().lower()}; there is nothing to retry.")
    now = timezone.now()
    message.state, message.not_before, message.finished_at = NotificationState.PENDING, now, None
    message.expires_at = now + EXPIRES_AFTER
    message.save(update_fields=["state", "not_before", "expires_at", "finished_at"])
    audit.record("notification.retried", by=by, target=message)
    nudge()
    return message


def nudge() -> None:
    queue.send_on_commit(TASK)
