"""The alerts of a message in the words that chat channels show."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from alerts.channels.base import Message
from alerts.enums import Reason

SHOWN = 10
_REASONS = {
    Reason.REOPENED: "It is back.",
    Reason.ESCALATED: "It got worse.",
    Reason.FLAPPING: "It comes and goes.",
    Reason.LAPSED: "It was acknowledged a day ago, and is still open.",
    Reason.HELD_BACK: "Held back until now, and still true.",
    Reason.REMINDER: "Nobody has taken it on yet.",
    Reason.UNANSWERED: "Nobody has acknowledged it in time.",
    Reason.DIGEST: "Still open.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One alert: a title with its link, and a sentence or two."""

    label: str
    title: str
    url: str
    text: str
    is_over: bool
    severity: str


def lines(message: Message) -> list[Line]:
    return [_line(alert) for alert in message.payload["alerts"][:SHOWN]]


def more(message: Message) -> int:
    """How many alerts are not among the lines."""
    return max(len(message.payload["alerts"]) - SHOWN, 0) + int(message.payload.get("truncated", 0))


def plain_text(message: Message) -> str:
    """All of it as text without markup, with addresses written out."""
    parts = [
        "\n".join(part for part in (f"{line.label} {line.title}", line.text, line.url) if part)
        for line in lines(message)
    ]
    if count := more(message):
        parts.append(f"{count} more: {all_alerts_url()}")
    return "\n\n".join(parts) or test_words(message)


def test_words(message: Message) -> str:
    asked_by = message.payload.get("actor", "")
    return f"{asked_by} asked for a test of this channel. It works; nothing is wrong."


def all_alerts_url() -> str:
    return f"{settings.PUBLIC_URL}/alerts/"


def note(alert: dict[str, Any]) -> str:
    """Why it is told, in a sentence; empty where it is news."""
    return alert["resolution"] if alert["reason"] == Reason.RESOLVED else _REASONS.get(alert["reason"], "")


def _told(alert: dict[str, Any], is_over: bool) -> list[str]:
    """What was found, and what somebody said of it; of what ended by itself, what was found last."""
    found, said = alert["message"], alert["comment"]
    if is_over and said and not alert["actor"]:
        return [f"Now: {said}", f"Before: {found}" if found else ""]
    return [found, f"“{said}”" if said else ""]


def _line(alert: dict[str, Any]) -> Line:
    is_over = alert["reason"] == Reason.RESOLVED
    parts = [note(alert), *_told(alert, is_over)]
    if not is_over and alert.get("status_now") == "resolved":
        parts.append("It has been resolved in the meantime.")
    return Line(
        label="RESOLVED" if is_over else alert["severity"].upper(),
        title=f"{alert['subject']['name']}: {alert['title']}",
        url=f"{settings.PUBLIC_URL}{alert['path']}",
        text=" ".join(part for part in parts if part),
        is_over=is_over,
        severity=alert["severity"],
    )
