"""The content of a message, frozen when it is written: what was true then is what is told.

    {"v": 1, "reason": "opened", "truncated": 0, "alerts": [{
        "id", "fingerprint", "path", "reason", "title", "message", "severity", "status", "substatus",
        "back_after_seconds", "value", "threshold", "unit",
        "subject": {"type", "id", "name", "path"}, "evidence": {"label", "path"},
        "history": [number or null, ...], "trend", "opened_at", "at", "actor", "comment", "resolution",
        "was", "runbook", "causes": [{"title", "path"}]}]}

Alerts come worst first. Paths are relative to PUBLIC_URL, only evidence of other systems has a whole
address; times are ISO 8601 in UTC. ``history`` is the last values, oldest first; ``trend`` tells of them.
A summary also has ``summary``: {"messages", "alerts", "by_severity", "by_subject": [[name, count], ...]},
counted over all alerts, the truncated too. A digest has ``digest``: {"route", "since", "until", "opened",
"open", "resolved"}.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from alerts.enums import Reason, Resolution, Severity
from alerts.models import Alert
from alerts.selectors.causes import Causes
from alerts.services.identity import plain
from alerts.services.lifecycle import Change
from alerts.services.runbooks import Runbooks

VERSION = 1
MAX_ALERTS = 50
MOST_CAUSES = 3
SUBJECT_LIMIT = 200
_URGENCY = list(Reason)


def worst_first(changes: Sequence[Change]) -> list[Change]:
    """News before good news, then by severity."""
    return sorted(changes, key=lambda c: (c.reason == Reason.RESOLVED, -Severity(c.alert.severity).rank))


def main_reason(changes: Sequence[Change]) -> Reason:
    return min((change.reason for change in changes), key=_URGENCY.index)


@translation.override(settings.LANGUAGE_CODE)
def build(changes: Sequence[Change]) -> dict[str, Any]:
    """In the language of programs, whoever did what is told: it is frozen, and others read it."""
    told, causes = worst_first(changes)[:MAX_ALERTS], Causes()
    runbooks = Runbooks(change.alert for change in told)
    return {
        "v": VERSION,
        "reason": str(main_reason(changes)),
        "alerts": [_alert(change, causes, runbooks) for change in told],
        "truncated": len(changes) - len(told),
    }


def _alert(change: Change, causes: Causes, runbooks: Runbooks) -> dict[str, Any]:
    alert, event = change.alert, change.event
    return {
        "id": alert.pk,
        "fingerprint": alert.fingerprint,
        "path": alert.get_absolute_url(),
        "reason": str(change.reason),
        "title": alert.title,
        "message": alert.message,
        "severity": str(alert.severity),
        "status": str(alert.status),
        "substatus": str(alert.substatus),
        "back_after_seconds": alert.back_after_seconds,
        "value": alert.value,
        "threshold": alert.threshold,
        "unit": alert.unit,
        "subject": {
            "type": alert.subject_type,
            "id": alert.subject_id,
            "name": alert.subject_name,
            "path": alert.subject_url,
        },
        "evidence": {"label": alert.evidence_label, "path": alert.evidence_url},
        "history": alert.recent_values,
        "trend": alert.trend_sentence,
        "opened_at": _iso(alert.opened_at),
        "at": _iso(event.at),
        "actor": event.actor.get_username() if event.actor else "",
        "comment": event.comment,
        "resolution": str(Resolution(alert.resolution).label) if alert.resolution else "",
        "was": event.data.get("from", ""),
        "runbook": runbooks.of(alert),
        "causes": [
            {"title": f"{root.subject_name}: {root.title}", "path": root.get_absolute_url()}
            for root in causes.of(alert)[:MOST_CAUSES]
        ],
    }


def merged(payloads: Sequence[dict[str, Any]], *, over: Collection[int] = ()) -> dict[str, Any]:
    """What several messages, oldest first, say as one: the newest word on each alert.

    ``over`` are ids of alerts that ended before anybody was told; they are left out.
    """
    newest = {alert["id"]: alert for content in payloads for alert in content["alerts"]}
    told = sorted((a for a in newest.values() if a["id"] not in over), key=_worst_first)
    reasons = [Reason(alert["reason"]) for alert in told]
    cut = sum(content["truncated"] for content in payloads) + max(len(told) - MAX_ALERTS, 0)
    return {
        "v": VERSION,
        "reason": str(min(reasons, key=_URGENCY.index, default=Reason.OPENED)),
        "alerts": told[:MAX_ALERTS],
        "truncated": cut,
    }


def _worst_first(alert: dict[str, Any]) -> tuple[bool, int]:
    return alert["reason"] == Reason.RESOLVED, -Severity(alert["severity"]).rank


def digest(changes: Sequence[Change], *, name: str, since: datetime, until: datetime) -> dict[str, Any]:
    """What opened, what goes on (reason "digest") and what ended, in this order, each the worst first."""
    order = (Reason.OPENED, Reason.DIGEST, Reason.RESOLVED)
    in_order = sorted(changes, key=lambda c: (order.index(c.reason), -Severity(c.alert.severity).rank))
    told, causes = in_order[:MAX_ALERTS], Causes()
    runbooks = Runbooks(change.alert for change in told)
    counts = Counter(change.reason for change in changes)
    about = {"route": name, "since": _iso(since), "until": _iso(until)}
    numbers = dict(zip(("opened", "open", "resolved"), (counts[reason] for reason in order), strict=True))
    return {
        "v": VERSION,
        "reason": str(Reason.DIGEST),
        "alerts": [_alert(change, causes, runbooks) for change in told],
        "truncated": len(changes) - len(told),
        "digest": about | numbers,
    }


def digest_line(digest: dict[str, Any]) -> str:
    """``[DIGEST] Everything by e-mail: 2 opened, 1 resolved, 5 still open``."""
    numbers = f"{digest['opened']} opened, {digest['resolved']} resolved, {digest['open']} still open"
    return plain(f"[DIGEST] {digest['route']}: {numbers}", SUBJECT_LIMIT)


def summary_line(summary: dict[str, Any]) -> str:
    """``[SUMMARY] 37 messages about 30 alerts: 5 critical, 25 warning``."""
    # PostgreSQL keeps the keys of JSON in an order of its own.
    counts = ", ".join(
        f"{summary['by_severity'][s]} {s}" for s in reversed(Severity) if summary["by_severity"][s]
    )
    return f"[SUMMARY] {summary['messages']} messages about {summary['alerts']} alerts: {counts}"


def test(channel_name: str, *, asked_by: str) -> dict[str, Any]:
    """What a test message says: nothing is wrong."""
    return {"v": VERSION, "reason": str(Reason.TEST), "alerts": [], "truncated": 0,
            "channel": channel_name, "actor": asked_by}  # fmt: skip


def with_present_state(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with ``status_now`` on each alert, so that a late message does not mislead."""
    ids = [alert["id"] for alert in payload["alerts"]]
    now = dict(Alert.objects.filter(pk__in=ids).values_list("pk", "status"))
    alerts = [alert | {"status_now": now.get(alert["id"], "")} for alert in payload["alerts"]]
    return payload | {"alerts": alerts}


def subject_line(payload: dict[str, Any]) -> str:
    """``[CRITICAL] flights: score 0.71 is under 0.80 (+2 more)``, one line, no control marks."""
    first = payload["alerts"][0]
    resolved = first["reason"] == Reason.RESOLVED
    label = "RESOLVED" if resolved else first["severity"].upper()
    name, title = first["subject"]["name"], first["title"]
    text = title if title.startswith(name) else f"{name}: {title}"
    notes = {
        Reason.REOPENED: " (again)",
        Reason.ESCALATED: f" (was {first['was']})",
        Reason.FLAPPING: " (comes and goes)",
        Reason.LAPSED: " (still open)",
        Reason.HELD_BACK: " (held back until now)",
        Reason.REMINDER: " (still open)",
        Reason.UNANSWERED: " (not acknowledged)",
    }
    more = len(payload["alerts"]) + payload["truncated"] - 1
    tail = notes.get(first["reason"], "") + (f" (+{more} more)" if more else "")
    return plain(f"[{label}] {text}", SUBJECT_LIMIT - len(tail)) + tail


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
