"""Several messages told as one: what was put off by its group, and what is too much for its channel.

The oldest of them takes in the others, which end as ``folded`` and name it. Only messages that were
never tried are joined: what a receiver may have seen already keeps its content.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from alerts.channels import CHANNELS
from alerts.enums import NotificationState, Reason, Severity
from alerts.models import Channel, DeliveryAttempt, Episode, Notification
from alerts.services import payload

MINUTE = timedelta(minutes=1)
ALONE = (Reason.TEST, Reason.DIGEST)
"""Messages that are never part of another, nor held up by a limit."""
SUBJECTS_NAMED = 10


def is_exhausted(message: Notification) -> bool:
    """Whether its channel has had as many messages in the last minute as it may."""
    channel = message.open_channel
    limit = channel.per_minute
    return bool(limit) and message.reason not in ALONE and _tries_lately(channel) >= limit


def gather(message: Notification) -> bool:
    """Let a due message take in what it is to be told with; False when there is nothing left to tell.

    Call inside the transaction that claims it, with its row locked.
    """
    if message.attempt or message.reason in ALONE:
        return True
    crowd = _crowd(message)
    if crowd:
        _absorb(message, crowd, is_summary=True)
    elif (mates := _mates(message)) or message.is_put_off:
        _absorb(message, mates, is_summary=False)
    return message.state != NotificationState.CANCELLED


def _tries_lately(channel: Channel) -> int:
    since = timezone.now() - MINUTE
    tries = DeliveryAttempt.objects.filter(at__gt=since, notification__channel=channel)
    return tries.exclude(notification__reason__in=ALONE).count()


def _crowd(message: Notification) -> list[Notification]:
    """The other messages that wait for the channel, when together they are more than its minute allows."""
    channel = message.open_channel
    if not channel.per_minute or _keeps_incidents(channel):
        return []
    waiting = _never_tried().filter(channel=channel).exclude(pk=message.pk)
    allowed = channel.per_minute - _tries_lately(channel)
    if waiting.count() + 1 <= allowed:
        return []
    return list(waiting.select_for_update(skip_locked=True, of=("self",)))


def _keeps_incidents(channel: Channel) -> bool:
    """An incident per alert that is never opened, or never closed, is worse than many messages."""
    return channel.kind in CHANNELS and getattr(CHANNELS[channel.kind], "tells_acknowledged", False)


def _mates(message: Notification) -> list[Notification]:
    """The other messages of its group, when any of them all was put off."""
    if not message.group:
        return []
    same = {"route": message.route_id, "channel": message.channel_id, "group": message.group}
    waiting = _never_tried().filter(**same).exclude(pk=message.pk)
    mates = list(waiting.select_for_update(skip_locked=True, of=("self",)))
    return mates if any(each.is_put_off for each in (message, *mates)) else []


def _never_tried() -> Any:
    return (
        Notification.objects.due()
        .filter(state=NotificationState.PENDING, attempt=0)
        .exclude(reason__in=ALONE)
    )


def _absorb(leader: Notification, others: Sequence[Notification], *, is_summary: bool) -> None:
    together = sorted([leader, *others], key=lambda message: message.pk)
    now = timezone.now()
    content = payload.merged([each.payload for each in together], over=_over_untold(together))
    _fold(others, leader)
    if not content["alerts"]:
        leader.state, leader.error, leader.finished_at = (
            NotificationState.CANCELLED, "It was over before anybody was told.", now
        )  # fmt: skip
    elif is_summary:
        content["summary"] = _counts(leader, messages=len(together))
        content["reason"] = str(Reason.SUMMARY)
        leader.subject = payload.summary_line(content["summary"])
    else:
        leader.subject = payload.subject_line(content)
    leader.payload, leader.reason = content, content["reason"]
    leader.save(update_fields=["payload", "subject", "reason", "state", "error", "finished_at"])


def _fold(others: Sequence[Notification], leader: Notification) -> None:
    if not others:
        return
    links = Notification.episodes.through
    episodes = links.objects.filter(notification__in=others).values_list("episode", flat=True).distinct()
    known = set(links.objects.filter(notification=leader).values_list("episode", flat=True))
    links.objects.bulk_create(
        links(notification_id=leader.pk, episode_id=episode) for episode in episodes if episode not in known
    )
    Notification.objects.filter(pk__in=[each.pk for each in others]).update(
        state=NotificationState.FOLDED, told_in=leader, finished_at=timezone.now()
    )


def _over_untold(together: Sequence[Notification]) -> set[int]:
    """Ids of alerts that ended while the only message about them was put off."""
    put_off = [message.pk for message in together if message.is_put_off]
    if not put_off:
        return set()
    told_of = Episode.objects.filter(notifications__in=put_off)
    going_on = set(told_of.open().values_list("alert", flat=True))
    return set(told_of.exclude(resolved_at=None).values_list("alert", flat=True)) - going_on


def _counts(leader: Notification, *, messages: int) -> dict[str, Any]:
    told = Episode.objects.filter(notifications=leader).order_by()
    severities = dict(told.values_list("alert__severity").annotate(count=Count("alert", distinct=True)))
    subjects = told.values_list("alert__subject_name").annotate(count=Count("alert", distinct=True))
    most = subjects.order_by("-count", "alert__subject_name")[:SUBJECTS_NAMED]
    return {
        "messages": messages,
        "alerts": sum(severities.values()),
        "by_severity": {str(s): severities.get(s, 0) for s in reversed(Severity)},
        "by_subject": [list(row) for row in most],
    }
