"""What every kind of channel is given, gives back, and may raise.

DeliveryError        the message did not reach everybody; permanent: no further try can help
└── NobodyToTell     there is no recipient at all; nothing is broken
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


def _no_link(alert_id: int, address: str) -> str:
    return ""


def _no_address_link(address: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is handed to a channel.

    ``id`` is the same on every try and ``thread`` the id of the first message of the story (empty
    for a first one), both without angle brackets; ``payload`` is that of ``services.payload``.
    ``text`` is what somebody wrote for this kind of channel, escaped as it asks, or empty: then the
    channel says it in its own way. ``delivered_to`` names recipients who have it already;
    ``late_seconds`` is its age.
    ``link_for(alert id, e-mail address)`` is where that person acknowledges with one click, empty
    for an address that may not. ``content_for(e-mail address, payload)`` is the payload as that address wants
    it now, None when it wants nothing now; None in its place means that nobody was asked.
    ``unsubscribe_for(e-mail address)`` is where it takes its name off.
    """

    id: str
    thread: str
    subject: str
    payload: dict[str, Any]
    text: str = ""
    late_seconds: float = 0.0
    delivered_to: tuple[str, ...] = ()
    link_for: Callable[[int, str], str] = _no_link
    content_for: Callable[[str, dict[str, Any]], dict[str, Any] | None] | None = None
    unsubscribe_for: Callable[[str], str] = _no_address_link


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who has the message now, and what the other side said."""

    delivered_to: tuple[str, ...] = ()
    detail: str = ""


class DeliveryError(Exception):
    """A message that could not be delivered, or not to all; ``delivered_to`` are those who have it."""

    def __init__(self, detail: str, *, permanent: bool = False, delivered_to: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.permanent = permanent
        self.delivered_to = delivered_to


class NobodyToTell(DeliveryError):  # noqa: N818 - the name is the message
    """The channel has no recipient."""


class ChannelKind(Protocol):
    """A kind of channel.

    ``params`` is a frozen dataclass of its settings; every field has a default and in its metadata
    ``field`` (the form field that labels, explains and validates it) and, for what must never be
    shown again, ``secret``. A kind with ``tells_acknowledged = True`` also hears when a person
    acknowledges what it was told. A kind with ``takes_templates = True`` shows ``message.text`` where
    there is one; its ``escape(text)``, if it has that, makes a value harmless in its markup.
    """

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def params(self) -> type[Any]: ...

    def send(self, message: Message, config: Any) -> Receipt:
        """Deliver within 60 s, each network operation within 20 s; DeliveryError when it fails."""
        ...
