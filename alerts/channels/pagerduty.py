"""PagerDuty, by the Events API v2: an incident per alert, known by the alert's fingerprint."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings

from alerts.channels import http
from alerts.channels.base import Message, Receipt
from alerts.enums import Reason
from dataops.web.words import lazy as _

ENQUEUE = "https://events.pagerduty.com/v2/enqueue"
SUMMARY_LENGTH = 1024
_ACTIONS = {Reason.RESOLVED: "resolve", Reason.ACKNOWLEDGED: "acknowledge"}


@dataclass(frozen=True, slots=True)
class PagerDutyParams:
    routing_key: str = field(
        default="",
        metadata={
            "secret": True,
            "field": forms.RegexField(
                r"^[A-Za-z0-9]{32}$",
                label=_("Integration key"),
                help_text=_(
                    "Of an Events API v2 integration of your service: 32 letters and digits."
                    " An alert is one incident: triggered, acknowledged and resolved with it."
                ),
                error_messages={"invalid": _("An integration key is 32 letters and digits, without spaces.")},
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
                strip=True,
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class PagerDutyChannel:
    """Triggers, acknowledges and resolves; a message about several alerts is several events."""

    key: str = "pagerduty"
    label: str = "PagerDuty"
    params: type[PagerDutyParams] = PagerDutyParams
    tells_acknowledged: bool = True

    def send(self, message: Message, config: PagerDutyParams) -> Receipt:
        """Events that were accepted are named by their keys and not sent again on the next try."""
        done = list(message.delivered_to)
        for event in _events(message):
            if event["dedup_key"] in done:
                continue
            with http.keeping(done):
                http.post_json(ENQUEUE, event | {"routing_key": config.routing_key})
            done.append(event["dedup_key"])
        return Receipt(tuple(done), detail=f"{len(done)} events accepted")


def _events(message: Message) -> list[dict[str, Any]]:
    alerts = message.payload["alerts"]
    return [_event(alert) for alert in alerts] if alerts else [_test(message)]


def _event(alert: dict[str, Any]) -> dict[str, Any]:
    url = f"{settings.PUBLIC_URL}{alert['path']}"
    return {
        "event_action": _ACTIONS.get(alert["reason"], "trigger"),
        "dedup_key": alert["fingerprint"],
        "client": "DataOps Inspector",
        "client_url": url,
        "links": [{"href": url, "text": "The alert"}],
        "payload": {
            "summary": f"{alert['subject']['name']}: {alert['title']}"[:SUMMARY_LENGTH],
            "source": alert["subject"]["name"],
            "severity": alert["severity"],
            "timestamp": alert["at"],
            "custom_details": {
                "message": alert["message"],
                "value": alert["value"],
                "limit": alert["threshold"],
            },
        },
    }


def _test(message: Message) -> dict[str, Any]:
    """A test opens an incident of its own, of severity info, that a person closes."""
    return {
        "event_action": "trigger",
        "dedup_key": message.id,
        "client": "DataOps Inspector",
        "payload": {"summary": message.subject[:SUMMARY_LENGTH], "source": "test", "severity": "info"},
    }
