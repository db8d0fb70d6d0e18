"""Sending what is in the outbox: claim, send, settle; whatever dies in between is found again.

    pending --claim--> sending --+--> sent
       ^                  |      +--> retry --claim--> sending ...   (until it expires)
       +--- retry <-------+      +--> dead        every try failed, or none can help
       |    lease ran out        +--> cancelled   there is nobody to tell
       +----------------------------> folded      another message tells it (``services.joining``)

One message is being sent at a time, in all workers together: a mail server that hangs holds one thread,
and the others keep the heartbeats and the sweep. A worker that was killed in mid-send stops the
sending until its lease runs out.

Promise: no message is lost; a crash between the other side's yes and our settling sends one again
under the same message id.
"""

import random
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from alerts.channels import CHANNELS, ChannelKind, DeliveryError, Message, NobodyToTell, Receipt
from alerts.enums import WAITING, AttemptOutcome, EventKind, NotificationState
from alerts.models import AlertEvent, Channel, DeliveryAttempt, Notification
from alerts.models.notification import LEASE, ChannelGone, NotificationQuerySet
from alerts.services import joining, links, payload, templates, wording
from alerts.services.mailing import Mailing
from alerts.services.threads import message_id, thread_of
from dataops.web import params as channel_config
from dataops.web import vault

log = structlog.get_logger(__name__)

PASS_SECONDS = 60
BACKOFF_BASE_SECONDS = 5
BACKOFF_FACTOR = 4
BACKOFF_CAP_SECONDS = 3600
DETAIL_LIMIT = 500


def deliver_due() -> int:
    """Send everything that is due, for at most a minute; returns how many were tried.

    Safe to run twice at once: where another pass is sending, this one ends without waiting. A channel
    that fails is left alone for the rest of the pass, so that a dead mail server does not hold up
    the others.
    """
    release_abandoned()
    deadline = time.monotonic() + PASS_SECONDS
    failing: set[int | None] = set()
    tried = 0
    while time.monotonic() < deadline and (message := claim(skip_channels=failing)):
        if not deliver(message):
            failing.add(message.channel_id)
        tried += 1
    return tried


def claim(*, skip_channels: Collection[int | None] = ()) -> Notification | None:
    """Take the next due message under a lease; committed before anything is sent.

    None when nothing is due, or when another worker is sending.
    """
    if Notification.objects.sending().exists():
        return None
    try:
        taken = _take_next(skip_channels)
    except IntegrityError:  # of two that found nobody sending, the database lets one
        return None
    return Notification.objects.select_related("channel").get(pk=taken) if taken else None


@transaction.atomic(durable=True)
def _take_next(skip_channels: Collection[int | None]) -> int | None:
    """Key of the message that is ours now."""
    found = _next_due(set(skip_channels))
    if found is None:
        return None
    # By UPDATE with the state as condition: where the database has no row locks, one of two sees 0 rows.
    mine = Notification.objects.filter(pk=found.pk, state__in=WAITING).update(
        state=NotificationState.SENDING,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() + LEASE,
        attempt=F("attempt") + 1,
    )
    return found.pk if mine else None


def _next_due(skip_channels: set[int | None]) -> Notification | None:
    """The oldest that is due, locked, with what is told with it; channels that had enough wait a minute."""
    due = Notification.objects.due().select_related("channel")
    locked = due.select_for_update(skip_locked=True, of=("self",))
    while found := _oldest(locked.exclude(channel__in=skip_channels)):
        if joining.is_exhausted(found):
            skip_channels.add(found.channel_id)
        elif joining.gather(found):
            return found
    return None


def _oldest(due: NotificationQuerySet) -> Notification | None:
    """Asked state by state: within one the index is in order, so that the first that fits ends the search."""
    firsts = (due.filter(state=state).first() for state in WAITING)
    return min((each for each in firsts if each), key=lambda m: (m.not_before, m.pk), default=None)


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one try."""

    state: NotificationState
    outcome: AttemptOutcome
    detail: str
    delivered_to: tuple[str, ...] = ()


def deliver(message: Notification) -> bool:
    """Send one claimed message and settle it; False when its channel does not work now."""
    started = time.monotonic()
    try:
        receipt = _send(message)
        result = _Result(NotificationState.SENT, AttemptOutcome.SENT, receipt.detail, receipt.delivered_to)
    except NobodyToTell as error:
        result = _Result(NotificationState.CANCELLED, AttemptOutcome.REFUSED, str(error))
    except DeliveryError as error:
        result = _failed(message, str(error), permanent=error.permanent, delivered_to=error.delivered_to)
    except Exception as fault:  # a bug in a channel must not stop the others
        log.exception("channel broke", channel=message.addressed_to, notification=message.pk)
        result = _failed(message, f"{type(fault).__name__}: {fault}", permanent=False)
    settle(message, result, seconds=time.monotonic() - started)
    return result.outcome != AttemptOutcome.FAILED


def _send(message: Notification) -> Receipt:
    try:
        channel = message.open_channel
        kind = CHANNELS[channel.kind]
    except ChannelGone:
        raise NobodyToTell("Its channel was deleted.") from None
    except LookupError as unknown:
        raise DeliveryError(str(unknown), permanent=True) from None
    content = Message(
        id=message_id(message.uuid),
        thread=thread_of(message),
        subject=message.subject,
        payload=payload.with_present_state(message.payload),
        late_seconds=(timezone.now() - message.created_at).total_seconds(),
        delivered_to=tuple(message.delivered_to),
        link_for=links.acknowledge_link,
        content_for=Mailing(message).content_for,
        unsubscribe_for=links.unsubscribe_link,
    )
    return _send_in_words(kind, content, _settings_of(kind, channel))


def _send_in_words(kind: ChannelKind, content: Message, config: Any) -> Receipt:
    """By the template of the kind; one that does not work is told, and holds nothing up."""
    words = wording.words_for(kind, content)
    if words.fault:
        templates.report_fault(kind, words.fault)
    receipt = kind.send(replace(content, subject=words.subject, text=words.text), config)
    if not words.fault:
        return receipt
    said = f"{receipt.detail} In the default words: the template does not work ({words.fault})."
    return replace(receipt, detail=said)


def _settings_of(kind: ChannelKind, channel: Channel) -> Any:
    """The params instance with its secrets, for the moment of sending."""
    try:
        revealed = vault.reveal_all(channel.secrets)
    except vault.SecretLost as lost:
        raise DeliveryError(str(lost), permanent=True) from None
    return channel_config.load(kind, channel.config | revealed)


def _failed(
    message: Notification, detail: str, *, permanent: bool, delivered_to: tuple[str, ...] = ()
) -> _Result:
    if not permanent:
        return _Result(NotificationState.RETRY, AttemptOutcome.FAILED, detail, delivered_to)
    # Refused for some, but others have it: it did go out, and the log says for whom it did not.
    state = NotificationState.SENT if delivered_to else NotificationState.DEAD
    return _Result(state, AttemptOutcome.REFUSED, detail, delivered_to)


@transaction.atomic
def settle(message: Notification, result: _Result, *, seconds: float) -> None:
    """Write the end of a try, unless the lease ran out and somebody else has the message now."""
    now = timezone.now()
    state, not_before = result.state, message.not_before
    if state == NotificationState.RETRY:
        not_before = now + backoff(message.attempt)
        state = NotificationState.DEAD if not_before >= message.expires_at else state
    held = Notification.objects.filter(
        pk=message.pk, lease_token=message.lease_token, state=NotificationState.SENDING
    )
    settled = held.update(
        state=state,
        not_before=not_before,
        lease_token=None,
        lease_until=None,
        error="" if result.outcome == AttemptOutcome.SENT else result.detail[:DETAIL_LIMIT],
        delivered_to=list(result.delivered_to or message.delivered_to),
        finished_at=None if state == NotificationState.RETRY else now,
    )
    if not settled:
        log.warning("notification was taken over by another worker", notification=message.pk)
        return
    DeliveryAttempt.objects.create(
        notification=message,
        number=message.attempt,
        seconds=round(seconds, 3),
        outcome=result.outcome,
        detail=result.detail[:DETAIL_LIMIT],
    )
    if state == NotificationState.DEAD:
        _mourn(message, result.detail)


def backoff(attempt: int) -> timedelta:
    """Full jitter: anything up to 5 s, 20 s, 80 s ... one hour, so that many do not retry as one."""
    longest = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * BACKOFF_FACTOR ** (min(attempt, 10) - 1))
    return timedelta(seconds=random.uniform(1, longest))  # noqa: S311 - jitter, not a secret


def _mourn(message: Notification, detail: str) -> None:
    """A message nobody will get: said on every alert it was about, in the log, and by the health look."""
    log.error("notification was given up", notification=message.pk, channel=message.addressed_to)
    data = {"channel": message.addressed_to, "error": detail[:DETAIL_LIMIT], "notification": message.pk}
    AlertEvent.objects.bulk_create(
        AlertEvent(alert_id=episode.alert_id, episode=episode, kind=EventKind.UNDELIVERED, data=data)
        for episode in message.episodes.all()
    )


@transaction.atomic
def release_abandoned() -> int:
    """Give back what a worker claimed and never settled; it may have been sent, so the id stays."""
    lost = list(Notification.objects.abandoned().select_for_update(skip_locked=True))
    now = timezone.now()
    released = [message for message in lost if _release(message, now)]
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(
            notification=message,
            number=message.attempt,
            seconds=LEASE.total_seconds(),
            outcome=AttemptOutcome.LOST,
            detail="The worker stopped in mid-send; the message may have gone out.",
        )
        for message in released
    )
    return len(released)


def _release(message: Notification, now: datetime) -> int:
    held = Notification.objects.filter(pk=message.pk, lease_token=message.lease_token)
    return held.update(state=NotificationState.RETRY, lease_token=None, lease_until=None, not_before=now)
