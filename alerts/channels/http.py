"""What the channels that speak HTTP have in common: one POST, and what its answer means."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from alerts.channels.base import DeliveryError
from dataops.web import safe_http

TIMEOUT_SECONDS = 15.0
COME_AGAIN = (408, 425, 429)


def post_json(url: str, document: Any, *, headers: Mapping[str, str] | None = None) -> str:
    """Send a document as JSON; what the other side said. Raises DeliveryError."""
    return post(url, json.dumps(document).encode(), headers=headers or {})


@contextmanager
def keeping(delivered_to: Sequence[str]) -> Iterator[None]:
    """A DeliveryError inside it names those who have the message already, so that they get it once."""
    try:
        yield
    except DeliveryError as error:
        raise DeliveryError(str(error), permanent=error.permanent, delivered_to=tuple(delivered_to)) from None


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> str:
    """2xx is delivered; 408, 425, 429, 5xx and silence are tried again; every other answer is final."""
    try:
        reply = safe_http.post(
            url, body, headers={"Content-Type": "application/json", **headers}, seconds=TIMEOUT_SECONDS
        )
    except safe_http.OutboundError as error:
        raise DeliveryError(str(error), permanent=not error.transient) from None
    said = f"{reply.status} {reply.text}".strip()
    if 200 <= reply.status < 300:
        return said
    raise DeliveryError(said, permanent=reply.status < 500 and reply.status not in COME_AGAIN)
