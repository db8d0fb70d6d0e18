"""How the states of the house are shown: never by a colour alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: never by its colour alone."""

    icon: str
    word: str
    tone: str  # ok | warn | bad | busy | muted


LOOKS = {
    "queued": Look("queued", "Queued", "muted"),
    "running": Look("running", "Running", "busy"),
    "succeeded": Look("pass", "Succeeded", "ok"),
    "failed": Look("fail", "Failed", "bad"),
    "cancelled": Look("cancelled", "Cancelled", "muted"),
    "pass": Look("pass", "Pass", "ok"),
    "warn": Look("warn", "Warn", "warn"),
    "fail": Look("fail", "Fail", "bad"),
    "error": Look("error", "Error", "bad"),
    "no_data": Look("no-data", "No data", "muted"),
    "healthy": Look("pass", "Healthy", "ok"),
    "degraded": Look("warn", "Degraded", "warn"),
    "failing": Look("fail", "Failing", "bad"),
    "unknown": Look("unknown", "Unknown", "muted"),
    "open": Look("alerts", "Open", "bad"),
    "acknowledged": Look("eye", "Acknowledged", "warn"),
    "resolved": Look("check", "Resolved", "ok"),
    "drifted": Look("drifted", "Drifted", "bad"),
    "stable": Look("pass", "Stable", "ok"),
    "info": Look("info", "Info", "muted"),
    "warning": Look("warn", "Warning", "warn"),
    "critical": Look("error", "Critical", "bad"),
    "pending": Look("queued", "Waiting", "muted"),
    "sending": Look("running", "Sending", "busy"),
    "sent": Look("pass", "Sent", "ok"),
    "retry": Look("refresh", "Will try again", "warn"),
    "dead": Look("fail", "Given up", "bad"),
    "folded": Look("mail", "Told in another", "muted"),
    "refused": Look("fail", "Refused", "bad"),
    "lost": Look("warn", "Interrupted", "warn"),
}

SEVERITY_TONES = {"info": "muted", "warning": "warn", "critical": "bad"}


def look(state: Any) -> Look:
    """Icon, word and tone of a state of the house; an unlisted one is shown plainly by its own name."""
    key = str(state or "unknown")
    return LOOKS.get(key) or Look("unknown", key.replace("_", " ").capitalize(), "muted")


def state_look(state: Any, severity: str = "") -> Look:
    """As ``look``; drift is as loud as its ``severity``, where that is known."""
    shown = look(state)
    return replace(shown, tone=SEVERITY_TONES[severity]) if state == "drifted" and severity else shown


def score_look(score: float | None, threshold: float | None, bad: float | None = None) -> Look:
    """At or over the threshold is good, under it bad: from ``bad`` on only a warning, if that is given.

    Without a threshold it is only a number.
    """
    if score is None:
        return Look("no-data", "no score yet", "muted")
    if threshold is None:
        return Look("gauge", "score", "muted")
    if score >= threshold:
        return Look("pass", "at or over", "ok")
    return Look("fail", "under", "bad") if bad is None or score < bad else Look("warn", "under", "warn")
