"""Writing messages: rows beside the change they tell about, in the same transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts.channels import CHANNELS
from alerts.enums import NotificationState, Reason
from alerts.models import Alert, Channel, Episode, Notification, Route
from alerts.services import inbox, payload, quiet
from alerts.services.errors import Conflict
from alerts.services.identity import digest
from alerts.services.lifecycle import Change
from alerts.services.pace import NEWS, UNTOLD, Pace, group_of
from alerts.services.routing import first_routes, keep_setup, routes_in_use
from dataops.web import audit, queue
from dataops.web.words import lazy as _

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
    keep_setup()
    routes = routes_in_use()
    spoken = quiet.spoken_of(changes, routes)
    groups: dict[Address, list[Change]] = defaultdict(list)
    for change, addresses in _addressed(spoken, routes):
        for address in addresses:
            groups[address].append(change)
    inbox.tell(spoken, now=timezone.now())
    messages = write(groups, routes)
    _note_told(spoken)
    return messages


def write(groups: Mapping[Address, Sequence[Change]], routes: Sequence[Route]) -> list[Notification]:
    """A message for each address, about its changes."""
    messages = _messages(groups, {route.pk: route for route in routes})
    store(messages, [[change.episode.pk for change in changes] for changes in groups.values()])
    return messages


def store(messages: Sequence[Notification], episodes: Sequence[Iterable[int]]) -> None:
    """Put messages, each with the keys of its episodes, into the outbox."""
    Notification.objects.bulk_create(messages)
    links = Notification.episodes.through
    links.objects.bulk_create(
        links(notification_id=message.pk, episode_id=episode)
        for message, told in zip(messages, episodes, strict=True)
        for episode in told
    )
    if messages:
        nudge()


def _addressed(changes: Sequence[Change], routes: Sequence[Route]) -> list[tuple[Change, list[Address]]]:
    told = _told_before([change for change in changes if change.reason in FOLLOWS])
    now = timezone.now()
    return [
        (c, told[c.episode.pk] if c.reason in FOLLOWS else _news_to(routes, c.alert, now)) for c in changes
    ]


def _news_to(routes: Sequence[Route], alert: Alert, now: datetime) -> list[Address]:
    """Where news of the alert go now; a route that tells it in its digest has its time."""
    first = first_routes(routes, alert, now)
    return [(route.pk, channel) for channel, route in first.items() if not route.digests(alert)]


def _told_before(changes: Sequence[Change]) -> dict[int, list[Address]]:
    """Per episode the addresses that heard, or will hear, of it; a channel counts once.

    What was put off is told to nobody any more when it ends before.
    """
    if not changes:
        return {}
    links = Notification.episodes.through.objects.filter(
        episode__in=[change.episode for change in changes], notification__channel__enabled=True
    ).exclude(Q(notification__state__in=UNTOLD) | Q(notification__reason=Reason.DIGEST))
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
    told = sorted((c.episode.pk, str(c.reason), c.alert.version, _last_word(c)) for c in changes)
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


def _last_word(change: Change) -> str:
    """What tells two messages of one reason about one version apart."""
    return f"{change.episode.told_at} {change.event.data.get('after_minutes', '')}".strip()


def _note_told(changes: Sequence[Change]) -> None:
    """Reminders and escalation count from here, also for an alert that no route takes."""
    now = timezone.now()
    told = [change for change in changes if change.reason not in FOLLOWS]
    news = [change for change in told if change.reason in NEWS]
    _set([change.episode for change in told], told_at=now, held_back="")
    _set([change.episode for change in news], news_at=now)


def _set(episodes: Sequence[Episode], **values: Any) -> None:
    """The same for all: an UPDATE without a CASE for each row, which took a third of a large report."""
    for episode in episodes:
        for name, value in values.items():
            setattr(episode, name, value)
    if episodes:
        Episode.objects.filter(pk__in=[episode.pk for episode in episodes]).update(**values)


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
    if message.channel_id is None:
        raise Conflict(_("The channel of this message was deleted."))
    if not message.can_retry:
        raise Conflict(
            _("This message is %(state)s; there is nothing to retry.")
            % {"state": str(message.get_state_display()).lower()}
        )
    now = timezone.now()
    message.state, message.not_before, message.finished_at = NotificationState.PENDING, now, None
    message.expires_at = now + EXPIRES_AFTER
    message.save(update_fields=["state", "not_before", "expires_at", "finished_at"])
    audit.record("notification.retried", by=by, target=message)
    nudge()
    return message


def nudge() -> None:
    queue.send_on_commit(TASK)
