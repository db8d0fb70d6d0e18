"""Signed webhook: the alerts as JSON to an address of yours."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings

from alerts.channels import http
from alerts.channels.base import Message, Receipt
from dataops.web.fields import AddressField
from dataops.web.words import lazy as _


@dataclass(frozen=True, slots=True)
class WebhookParams:
    url: str = field(
        default="",
        metadata={
            "field": AddressField(
                label=_("Address"),
                max_length=2000,
                help_text=_("Gets a POST with JSON; 2xx says that it arrived."),
            )
        },
    )
    secret: str = field(
        default="",
        metadata={
            "secret": True,
            "field": forms.CharField(
                label=_("Signing secret"),
                required=False,
                max_length=200,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                help_text=_("Optional. Requests are signed with it, so that you know they are ours."),
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """POST of ``{"id", "reason", "subject", "late_seconds", "alerts": [...], "truncated", "summary",
    "digest"}``.

    ``X-DataOps-Delivery`` is the same on every try of a message. With a secret, ``X-DataOps-Signature``
    is ``v1=`` and the hex HMAC-SHA256 of ``X-DataOps-Timestamp``, a dot and the body.
    """

    key: str = "webhook"
    label: str = "Webhook"
    params: type[WebhookParams] = WebhookParams

    def send(self, message: Message, config: WebhookParams) -> Receipt:
        body = json.dumps(_document(message)).encode()
        headers = {"X-DataOps-Delivery": message.id, "X-DataOps-Timestamp": str(int(time.time()))}
        if config.secret:
            headers["X-DataOps-Signature"] = signature(config.secret, headers["X-DataOps-Timestamp"], body)
        return Receipt(detail=http.post(config.url, body, headers=headers))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes as well and compares in constant time.

    >>> signature("key", "0", b"{}")[:10]
    'v1=7314351'
    """
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"


def _document(message: Message) -> dict[str, Any]:
    alerts = [alert | {"url": f"{settings.PUBLIC_URL}{alert['path']}"} for alert in message.payload["alerts"]]
    return {
        "id": message.id,
        "reason": message.payload["reason"],
        "subject": message.subject,
        "late_seconds": round(message.late_seconds),
        "alerts": alerts,
        "truncated": message.payload.get("truncated", 0),
        "summary": message.payload.get("summary"),
        "digest": message.payload.get("digest"),
    }
