"""Which alerts a condition takes: what routes and silences have in common.

A match may hold ``severity_at_least``, ``subject_type``, ``subject_id``, ``kind``, ``column``, ``tag``,
``owner``, ``team`` and ``trigger``; the kind "quality" also takes "quality.score". All that are given must
hold; an empty match takes every alert.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from alerts.enums import Severity
from dataops.web.words import lazy as _

if TYPE_CHECKING:
    from alerts.models.alert import Alert

Match = Mapping[str, str]

WORDS = {
    "severity_at_least": _("severity at least {}"),
    "subject_type": _("about a {}"),
    "subject_id": _("number {}"),
    "kind": _("kind {}"),
    "column": _("column {}"),
    "tag": _("tagged {}"),
    "owner": _("owned by {}"),
    "team": _("of team {}"),
    "trigger": _("from runs by {}"),
}
CONDITIONS = tuple(WORDS)


def takes(match: Match, alert: "Alert", severity: str = "") -> bool:
    """``severity`` stands in for that of the alert, where a report is about to change it."""
    least, kind = match.get("severity_at_least"), match.get("kind", "")
    if least and Severity(severity or alert.severity).rank < Severity(least).rank:
        return False
    if kind and alert.kind != kind and not alert.kind.startswith(f"{kind}."):
        return False
    if match.get("tag") and match["tag"] not in alert.subject_tags:
        return False
    if match.get("team") and match["team"] not in alert.subject_teams:
        return False
    plain = {
        "subject_type": alert.subject_type,
        "subject_id": alert.subject_id,
        "column": alert.column,
        "owner": alert.subject_owner,
        "trigger": alert.trigger,
    }
    return all(match.get(name, value) == value for name, value in plain.items())


def in_words(match: Match) -> str:
    """
    >>> in_words({"kind": "quality", "severity_at_least": "critical"})
    'Severity at least critical, kind quality'
    """
    parts = [text.format(match[name]) for name, text in WORDS.items() if name in match]
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:] or gettext("Everything")
