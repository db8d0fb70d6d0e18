"""The feed in words: who did what, and where it can be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from dashboard.presenters.settings import rows_in_words
from dashboard.selectors.activity import Happening
from dataops.web.templatetags.ui import decimal, percent, said
from dataops.web.words import lazy as _

RUNS = ("check", "drift", "deploy")
FILTERS = {
    "checks": ("check",),
    "drift": ("drift",),
    "models": ("deploy", "alias"),
    "alerts": ("alert",),
    "changes": ("audit",),
}
"""What the feed can be narrowed to, and the kinds of happenings that takes."""
ACTION_WORDS = {
    "alert_stance.watch": _("Watch begun"),
    "alert_stance.mute": _("Muted"),
    "alert_stance.dropped": _("Watch or mute ended"),
    "alert_preference.changed": _("Notification preferences changed"),
    "admin.added": _("Added in the administration"),
    "admin.changed": _("Changed in the administration"),
    "admin.deleted": _("Deleted in the administration"),
}
"""Actions whose names are no words that people use."""
ALERT_WORDS = {
    "undelivered": _("Message not delivered"),
    "held": _("Alert held back"),
    "told": _("Alert told again"),
    "called": _("Alert told to more people"),
    "woken": _("Snooze ended"),
    "lapsed": _("Acknowledgement ran out"),
    "eased": _("Alert less severe"),
    "flapping": _("Alert comes and goes"),
    "cleared": _("Alert cleared before it opened"),
    "pending": _("Alert pending"),
}
TARGETS = {
    "datasource": "quality:source_detail",
    "alert": "alerts:alert_detail",
    "channel": "alerts:channel_list",
    "route": "alerts:route_list",
    "user": "settings:user_list",
}
"""Pages of audited things; some take the id of the thing."""
TAKE_ID = ("quality:source_detail", "alerts:alert_detail")


@dataclass(frozen=True, slots=True)
class Item:
    """One line: ``what`` happened to ``subject`` (in ``detail``), by ``actor`` (empty is the system).

    ``state`` is how a run stands; empty for what is no run. ``severity`` is that of drift.
    """

    at: datetime
    kind: str
    icon: str
    what: str
    subject: str
    detail: str
    state: str
    actor: str
    url: str
    severity: str = ""


def item(happening: Happening) -> Item:
    icon, what, detail, url = _TELL[happening.kind](happening)
    setting = _setting(happening)
    return Item(
        at=happening.at,
        kind=happening.kind,
        icon=icon,
        what=what,
        subject=str(setting[0]) if setting else happening.subject,
        detail=detail,
        state=happening.state if happening.kind in RUNS else "",
        actor=happening.actor,
        url=url,
        severity=happening.detail if happening.kind == "drift" else "",
    )


_Told = tuple[str, str, str, str]


def _check(it: Happening) -> _Told:
    detail = _("score %(number)s") % {"number": decimal(it.number)} if it.number is not None else ""
    return "quality", _("Quality check"), detail, reverse("quality:run_detail", args=[it.ref])


def _drift(it: Happening) -> _Told:
    detail = _("%(number)s of the features") % {"number": percent(it.number, 0)} if it.number else ""
    return "drifted", _("Drift check"), detail, reverse("models:drift_detail", args=[it.subject, it.ref])


def _deploy(it: Happening) -> _Told:
    return "models", _("Deployment"), _("version %(ref)s") % {"ref": it.ref}, _version_url(it)


def _alias(it: Happening) -> _Told:
    return (
        "tag",
        _("New %(state)s") % {"state": it.state},
        _("version %(ref)s") % {"ref": it.ref},
        _version_url(it),
    )


def _version_url(it: Happening) -> str:
    return reverse("models:version_detail", args=[it.subject, it.ref])


def _alert(it: Happening) -> _Told:
    return "alerts", alert_words(it.state), it.detail, reverse("alerts:alert_detail", args=[it.ref])


def _audit(it: Happening) -> _Told:
    setting = _setting(it)
    url = reverse(setting[1]) if setting else target_url(it.detail, it.ref)
    return "history", action_words(it.state), "", url


def _setting(it: Happening) -> tuple[str, str] | None:
    """What a changed setting is called, and the route of its page; None for anything else."""
    return rows_in_words().get(it.subject) if it.detail == "globalsetting" else None


def alert_words(kind: str) -> str:
    """What befell an alert, as people say it: "opened" -> Alert opened."""
    return ALERT_WORDS.get(kind) or said(f"Alert {kind}")


def action_words(action: str) -> str:
    """An action of the audit log as people say it: "source.created" -> Source created."""
    return said(ACTION_WORDS.get(action) or action.replace(".", " ").replace("_", " ").capitalize())


def target_url(target_type: str, target_id: str) -> str:
    """The page of an audited thing; empty when it has none."""
    name = TARGETS.get(target_type)
    if name is None:
        return ""
    try:
        return reverse(name, args=[target_id] if name in TAKE_ID else [])
    except NoReverseMatch:  # an id that is none
        return ""


_TELL: dict[str, Callable[[Happening], _Told]] = {
    "check": _check,
    "drift": _drift,
    "deploy": _deploy,
    "alias": _alias,
    "alert": _alert,
    "audit": _audit,
}
