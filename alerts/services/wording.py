"""The words of a message: those somebody chose for its kind of channel, or the ones we came with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from alerts.channels import CHANNELS, ChannelKind, Message, words
from alerts.enums import Reason
from alerts.models import MessageTemplate, Notification
from alerts.services import payload as payloads
from alerts.services import phrases
from alerts.services.identity import plain
from dataops.web.templatetags.ui import duration, measured

MOST_RENDERED = 20_000
SUBJECT_LENGTH = 300
LISTS = (Reason.SUMMARY, Reason.DIGEST)
LATE_AFTER_SECONDS = 600

DEFAULT_SUBJECT = (
    "[{{ first.label }}] {{ first.subject }}: {{ first.title }}"
    "{% if count > 1 %} ({{ count }} alerts){% endif %}"
)
DEFAULT_BODY = """\
{% for alert in alerts %}{{ alert.label }} {{ alert.subject }}: {{ alert.title }}
{% if alert.note %}{{ alert.note }} {% endif %}{{ alert.message }}
{% if alert.value %}Value {{ alert.value }}{% if alert.limit %}, limit {{ alert.limit }}{% endif %}, \
{% endif %}since {{ alert.since }}
{{ alert.url }}

{% endfor %}{% if more %}{{ more }} more: {{ all_url }}{% endif %}"""


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of a message; an empty text means the channel's own layout.

    ``fault`` says what is wrong with the template when these are the default words because of it.
    """

    subject: str
    text: str = ""
    fault: str = ""


def takes_templates(kind: ChannelKind) -> bool:
    return bool(getattr(kind, "takes_templates", False))


def kinds() -> list[ChannelKind]:
    """Kinds of channels whose words can be chosen."""
    return [kind for kind in CHANNELS if takes_templates(kind)]


def words_for(kind: ChannelKind, message: Message) -> Words:
    """By the newest template of the kind. Never raises: what does not work gives the default words.

    Templates are about single alerts; a summary and a digest keep their own words.
    """
    ours = Words(message.subject)
    if not takes_templates(kind) or not message.payload["alerts"] or message.payload["reason"] in LISTS:
        return ours
    template = MessageTemplate.objects.of(kind.key).first()
    if template is None or template.is_default:
        return ours
    try:
        return render(kind, message, subject=template.subject, body=template.body)
    except Exception as fault:  # whatever a template does, the message goes out
        return Words(message.subject, fault=f"version {template.number}, {fault}")


def render(kind: ChannelKind, message: Message, *, subject: str, body: str) -> Words:
    """Raises TemplateFault that names the part and the line."""
    context = context_of(message.payload, late_seconds=message.late_seconds)
    escape: Callable[[str], str] = getattr(kind, "escape", str)
    found, text = message.subject, ""
    if subject:
        found = plain(_part("subject", subject, context), SUBJECT_LENGTH) or message.subject
    if body:
        text = _part("body", body, _escaped(context, escape)).strip()[:MOST_RENDERED]
    return Words(found, text)


def _part(name: str, text: str, context: dict[str, Any]) -> str:
    try:
        return phrases.rendered(text, context)
    except phrases.TemplateFault as fault:
        raise phrases.TemplateFault(f"{name}, {fault}") from None


def context_of(payload: dict[str, Any], *, late_seconds: float = 0.0) -> dict[str, Any]:
    """What a template may use, as texts and numbers; the names are those of ``phrases``."""
    shown = [_alert(alert) for alert in payload["alerts"][: words.SHOWN]]
    return {
        "alerts": shown,
        "first": shown[0] if shown else {},
        "count": len(payload["alerts"]) + payload.get("truncated", 0),
        "more": len(payload["alerts"]) + payload.get("truncated", 0) - len(shown),
        "reason": payload["reason"],
        "late": duration(late_seconds) if late_seconds > LATE_AFTER_SECONDS else "",
        "all_url": words.all_alerts_url(),
    }


def _alert(alert: dict[str, Any]) -> dict[str, str]:
    is_over = alert["reason"] == Reason.RESOLVED
    evidence = alert["evidence"]["path"]
    return {
        "label": "RESOLVED" if is_over else alert["severity"].upper(),
        "severity": alert["severity"],
        "status": alert["status"],
        "reason": alert["reason"],
        "title": alert["title"],
        "message": alert["message"],
        "subject": alert["subject"]["name"],
        "value": _measured(alert, "value"),
        "limit": _measured(alert, "threshold"),
        "trend": alert.get("trend", ""),
        "since": f"{datetime.fromisoformat(alert['opened_at']):%-d %b %Y %H:%M} UTC",
        "note": words.note(alert),
        "by": alert["actor"],
        "comment": alert["comment"],
        "url": f"{settings.PUBLIC_URL}{alert['path']}",
        "evidence": alert["evidence"]["label"],
        "evidence_url": f"{settings.PUBLIC_URL}{evidence}" if evidence.startswith("/") else evidence,
    }


def _measured(alert: dict[str, Any], name: str) -> str:
    return "" if alert[name] is None else measured(alert[name], alert.get("unit", ""))


def _escaped(value: Any, escape: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _escaped(part, escape) for key, part in value.items()}
    if isinstance(value, list):
        return [_escaped(part, escape) for part in value]
    return escape(value) if isinstance(value, str) else value


def sample() -> Message:
    """A message to look at templates with: one alert that opened, one that is over."""
    opened = {
        "id": 0, "fingerprint": "", "path": "/alerts/", "reason": "opened", "severity": "critical",
        "title": "score 0.71 is under 0.80", "message": "12 of 19 columns lost points.", "status": "open",
        "value": 0.71, "threshold": 0.8,
        "subject": {"type": "source", "id": "1", "name": "flights", "path": ""},
        "evidence": {"label": "Check run 412", "path": "/quality/"}, "history": [0.93, 0.95, 0.71],
        "trend": "3 reports, from 0.93 to 0.71, limit 0.8", "opened_at": "2026-03-01T06:00:00+00:00",
        "at": "2026-03-01T06:00:00+00:00", "actor": "", "comment": "", "resolution": "", "was": "",
    }  # fmt: skip
    over = opened | {
        "reason": "resolved", "status": "resolved", "severity": "warning", "message": "", "value": 0.02,
        "title": "missing values of dep_delay are under 5 % again", "threshold": 0.05,
        "resolution": "Recovered by itself",
    }  # fmt: skip
    content = {"v": payloads.VERSION, "reason": "opened", "alerts": [opened, over], "truncated": 0}
    return Message(id="sample", thread="", subject=payloads.subject_line(content), payload=content)


def sent_before(notification: Notification) -> Message:
    """A message as it was written, to look at templates with."""
    return Message(id="preview", thread="", subject=notification.subject, payload=notification.payload)
