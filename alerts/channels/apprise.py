"""Whatever Apprise speaks: chat rooms, phones and paging services, by one address each."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from alerts.channels import http, words
from alerts.channels.base import DeliveryError, Message, Receipt
from dataops.web.connection_guard import guarded
from dataops.web.fields import refuse_private
from dataops.web.words import lazy as _

LEAST_SECRET_LENGTH = 6
CONNECT_SECONDS, READ_SECONDS, BUDGET_SECONDS = 5.0, 15.0, 45.0
PUBLIC_SERVICES = frozenset(
    ["bluesky", "bsky", "discord", "dingtalk", "feishu", "firehydrant", "flock", "gchat", "guilded", "ifttt",
     "ilert", "incidentio", "join", "lark", "line", "msgbird", "nexmo", "opsgenie", "pagertree", "pbul",
     "pover", "prowl", "pushed", "pushme", "pushy", "revolt", "sendgrid", "signl4", "slack", "spike",
     "squadcast", "telnyx", "tgram", "threema", "twilio", "twist", "vonage", "webex", "wecombot", "wxteams",
     "zulip"]
)  # fmt: skip
"""Schemas that lead to one service on the internet, whatever their address says."""

_STATUS = re.compile(r"error=(\d{3})\b")


class ServiceAddressField(forms.CharField):
    """An address that Apprise can read, of a service that may be used."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off"})

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        try:
            service = _service(address)
        except DeliveryError as error:
            raise ValidationError(str(error)) from None
        # What follows the :// of a public service is a key of its own, not a host.
        if _schema(address) not in PUBLIC_SERVICES:
            refuse_private(str(service.host or ""))
        return address


@dataclass(frozen=True, slots=True)
class AppriseParams:
    url: str = field(
        default="",
        metadata={
            "secret": True,
            "field": ServiceAddressField(
                label=_("Service address"),
                max_length=2000,
                help_text=_(
                    "Such as discord://webhook-id/webhook-token or tgram://bot-token/chat-id; Apprise's"
                    " documentation has one for each service. One service per channel."
                ),
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """A title and plain text; a route may lead to several of these channels.

    Apprise opens its connections itself, so they are guarded: public addresses only, no files.
    """

    key: str = "apprise"
    label: str = "Apprise"
    params: type[AppriseParams] = AppriseParams
    takes_templates: bool = True

    def send(self, message: Message, config: AppriseParams) -> Receipt:
        from apprise import Apprise, NotifyFormat

        service = _service(config.url)
        post = Apprise(asset=service.asset)
        post.add(service)
        with guarded() as refusals:
            result = post.notify(
                title=_defanged(message.subject),
                body=message.text or _defanged(words.plain_text(message)),
                notify_type=_look_of(message),
                body_format=NotifyFormat.TEXT,
                timeout=BUDGET_SECONDS,
            )
        if result:
            return Receipt(detail=f"{service.service_name} took it")
        said = "; ".join(dict.fromkeys(entry.message.strip() for entry in result.logs()))
        raise _failure(str(service.service_name), refusals, _masked(said, config.url))

    def escape(self, text: str) -> str:
        return _defanged(text)


def _schema(address: str) -> str:
    return address.partition("://")[0].strip().lower() if "://" in address else ""


def _service(address: str) -> Any:
    """Apprise's object for an address. Raises a permanent DeliveryError that never repeats the address."""
    from apprise import Apprise, AppriseAsset
    from apprise.exception import AppriseException

    schema = _schema(address)
    if schema not in PUBLIC_SERVICES | set(settings.APPRISE_SCHEMAS):
        known = ", ".join(sorted(PUBLIC_SERVICES | set(settings.APPRISE_SCHEMAS)))
        began = f"with {schema[:20]}://" if schema else "without a service and ://"
        raise DeliveryError(
            f"Addresses that begin {began} are not allowed. Allowed are {known};"
            " an operator can add others with DATAOPS_APPRISE_SCHEMAS.",
            permanent=True,
        )
    if _asks_for_a_file(address):
        raise DeliveryError(
            f"A {schema}:// address may not name a template=; it would be a file of this server."
            " What a message says is edited under Alerts, Message templates.",
            permanent=True,
        )
    asset = AppriseAsset(
        app_id="DataOps Inspector",
        app_desc="DataOps Inspector",
        app_url=settings.PUBLIC_URL,
        image_url_mask=False,
        image_path_mask=False,
        async_mode=False,
        storage_mode="memory",
        result_log_disk_size=0,
        http_redirects=False,
    )
    with guarded():
        try:
            service: Any = Apprise.instantiate(address, asset=asset, suppress_exceptions=False)
        except (AppriseException, TypeError, ValueError, OSError):
            service = None
    if service is None:
        raise DeliveryError(
            f"Apprise cannot read this {schema}:// address. Compare it with Apprise's page of the service.",
            permanent=True,
        )
    # What an address may ask for in its query is not up to it: no unchecked certificates, no redirects.
    service.verify_certificate, service.redirects = True, False
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return service


def _asks_for_a_file(address: str) -> bool:
    """Said where the channel is set up; ``guarded`` would refuse the file only when a message is due."""
    return any(
        name.strip(" +-:").casefold() == "template" for name, _ in parse_qsl(address.partition("?")[2], True)
    )


def _failure(name: str, refusals: list[str], said: str) -> DeliveryError:
    """Refused addresses and answers of 4xx are final; all else may pass."""
    if refusals:
        return DeliveryError(f"{name} was stopped: {refusals[0]}", permanent=True)
    statuses = [int(found) for found in _STATUS.findall(said)]
    final = bool(statuses) and all(s < 500 and s not in http.COME_AGAIN for s in statuses)
    return DeliveryError(
        f"{name}: {said or 'it did not take the message and gave no reason'}", permanent=final
    )


def _masked(said: str, address: str) -> str:
    """The words of a service without the parts of the address, which are its keys."""
    for part in re.split(r"[:/@?&=]+", address)[1:]:
        if len(part) >= LEAST_SECRET_LENGTH:
            said = said.replace(part, "***")
    return said


def _look_of(message: Message) -> Any:
    from apprise import NotifyType

    alerts = message.payload["alerts"]
    if not alerts:
        return NotifyType.INFO
    if message.payload["reason"] == "resolved":
        return NotifyType.SUCCESS
    looks = {"critical": NotifyType.FAILURE, "warning": NotifyType.WARNING}
    return looks.get(alerts[0]["severity"], NotifyType.INFO)


def _defanged(text: str) -> str:
    """A column called @everyone or <!channel> must not call everybody."""
    return text.replace("@", "@\u200b").replace("<!", "<\u200b!")
