"""Names of messages: the same on every try, and the same first one for a whole episode."""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from alerts.enums import NotificationState
from alerts.models import Notification


def message_id(uuid: UUID) -> str:
    """``<uuid>@<our host>``, the part between the angle brackets of a Message-ID (RFC 5322, 3.6.4)."""
    return f"{uuid}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}"


def thread_of(message: Notification) -> str:
    """Id of the first message this channel got about the same episode; empty for the first itself."""
    first = (
        Notification.objects.filter(
            episodes__in=message.episodes.all(), channel=message.channel_id, pk__lt=message.pk
        )
        .exclude(state__in=[NotificationState.DEAD, NotificationState.CANCELLED, NotificationState.FOLDED])
        .order_by("pk")
        .first()
    )
    return message_id(first.uuid) if first else ""
