"""How the states of the house are shown: never by a colour alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dataops.web.words import lazy as _


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: never by its colour alone."""

    icon: str
    word: str
    tone: str  # ok | warn | bad | busy | muted


LOOKS = {
    "queued": Look("queued", _("Queued"), "muted"),
    "running": Look("running", _("Running"), "busy"),
    "succeeded": Look("pass", _("Succeeded"), "ok"),
    "failed": Look("fail", _("Failed"), "bad"),
    "cancelled": Look("cancelled", _("Cancelled"), "muted"),
    "pass": Look("pass", _("Pass"), "ok"),
    "warn": Look("warn", _("Warn"), "warn"),
    "fail": Look("fail", _("Fail"), "bad"),
    "error": Look("error", _("Error"), "bad"),
    "no_data": Look("no-data", _("No data"), "muted"),
    "healthy": Look("pass", _("Healthy"), "ok"),
    "degraded": Look("warn", _("Degraded"), "warn"),
    "failing": Look("fail", _("Failing"), "bad"),
    "unknown": Look("unknown", _("Unknown"), "muted"),
    "open": Look("alerts", _("Open"), "bad"),
    "acknowledged": Look("eye", _("Acknowledged"), "warn"),
    "resolved": Look("check", _("Resolved"), "ok"),
    "drifted": Look("drifted", _("Drifted"), "bad"),
    "stable": Look("pass", _("Stable"), "ok"),
    "info": Look("info", _("Info"), "muted"),
    "warning": Look("warn", _("Warning"), "warn"),
    "critical": Look("error", _("Critical"), "bad"),
    "pending": Look("queued", _("Waiting"), "muted"),
    "sending": Look("running", _("Sending"), "busy"),
    "sent": Look("pass", _("Sent"), "ok"),
    "retry": Look("refresh", _("Will try again"), "warn"),
    "dead": Look("fail", _("Given up"), "bad"),
    "folded": Look("mail", _("Told in another"), "muted"),
    "refused": Look("fail", _("Refused"), "bad"),
    "lost": Look("warn", _("Interrupted"), "warn"),
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
        return Look("no-data", _("no score yet"), "muted")
    if threshold is None:
        return Look("gauge", _("score"), "muted")
    if score >= threshold:
        return Look("pass", _("at or over"), "ok")
    return Look("fail", _("under"), "bad") if bad is None or score < bad else Look("warn", _("under"), "warn")
