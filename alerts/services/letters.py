"""Letters of other rooms, which go the way of all messages: outbox, tries, delivery log."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from alerts.enums import Reason
from alerts.models import MailRefusal, Notification
from alerts.services import payload
from alerts.services.identity import digest
from alerts.services.mailing import EXPIRES_AFTER, TASK, personal_channel
from dataops.web import queue


@transaction.atomic
def post_letter(*, subject: str, letter: Mapping[str, Any], to: Sequence[str], key: str) -> bool:
    """Mail to these addresses, once for each ``key``; whether it is new.

    ``letter`` has an ``intro`` of paragraphs, ``rows`` (id, title, value, text, history of values to draw)
    and the ``path`` of its page with the words of that ``link``. Who unsubscribed gets nothing.
    """
    refused = set(MailRefusal.objects.values_list("address", flat=True))
    addresses = [address for address in to if address.lower() not in refused]
    key = digest(["letter", key])
    if not addresses or Notification.objects.filter(idempotency_key=key).exists():
        return False
    now = timezone.now()
    Notification.objects.create(
        channel=personal_channel(),
        reason=Reason.DIGEST,
        subject=subject,
        payload={
            "v": payload.VERSION,
            "reason": str(Reason.DIGEST),
            "alerts": [],
            "truncated": 0,
            "to": addresses,
            "letter": dict(letter),
        },
        idempotency_key=key,
        created_at=now,
        not_before=now,
        expires_at=now + EXPIRES_AFTER,
    )
    queue.send_on_commit(TASK)
    return True
