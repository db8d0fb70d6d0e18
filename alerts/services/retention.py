"""How long what is over is kept: set once for everybody, looked at before, removed once a day.

The row of an alert stays for ever, with its number, its last words and values: what comes back is
known to have been there before, however long ago.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alerts.selectors import retention as old
from dataops.web import audit, global_settings
from dataops.web.declared import Group, Setting
from dataops.web.words import lazy as _

log = structlog.get_logger(__name__)

KEY = "alerts.retention"
LEAST_DAYS, MOST_DAYS = 7, 36_500
BATCH = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that something is kept after its end; None keeps it for ever.

    ``history_days`` of episodes and events, ``log_days`` of messages and their tries, ``inbox_days`` of
    the lines in inboxes.
    """

    history_days: int | None = 730
    log_days: int | None = 180
    inbox_days: int | None = 90


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes of one kind; ``before`` None and nothing where all is kept."""

    kind: str
    before: datetime | None
    count: int

    @property
    def words(self) -> str:
        return _WORDS[self.kind]


_WORDS = {
    "episodes": _("episodes"),
    "events": _("events outside episodes"),
    "messages": _("messages"),
    "notices": _("lines of inboxes"),
}
_KINDS: tuple[tuple[str, str, Callable[[datetime], QuerySet[Any]]], ...] = (
    ("episodes", "history_days", old.old_episodes),
    ("events", "history_days", old.old_events),
    ("messages", "log_days", old.old_notifications),
    ("notices", "inbox_days", old.old_notices),
)


def current_retention() -> Retention:
    """What counts now; one query."""
    return Retention(**global_settings.read(KEY, asdict(Retention())))


@transaction.atomic
def set_retention(*, by: Any, **changes: int | None) -> None:
    """Change some of the days; from the next daily removal on. Raises ValidationError with the field."""
    new = changed_retention(**changes)
    global_settings.write(KEY, asdict(new), default=asdict(Retention()), by=by)


def changed_retention(**changes: int | None) -> Retention:
    """What counts now with some of the days changed, to be looked at; raises ValidationError."""
    unknown = changes.keys() - {each.name for each in fields(Retention)}
    wrong = dict.fromkeys(unknown, _("There are no such days.")) | {
        name: _("%(days)s is not between %(least)s and %(most)s days.")
        % {"days": days, "least": LEAST_DAYS, "most": MOST_DAYS}
        for name, days in changes.items()
        if days is not None and not LEAST_DAYS <= days <= MOST_DAYS
    }
    if wrong:
        raise ValidationError(wrong)
    return Retention(**{**asdict(current_retention()), **changes})


def preview_removal(kept: Retention) -> list[Removal]:
    """What a removal now would take by these days, kind by kind; a count for each."""
    return [
        Removal(kind, before, find(before).count() if before else 0) for kind, before, find in _limits(kept)
    ]


def remove_old() -> int:
    """Remove what outlived its days; returns how much, events that go with their episodes not counted.

    In batches that are whole by themselves: killed in between, the next removal goes on from there.
    Two at once take turns over what is left.
    """
    removed = {
        kind: _remove_in_batches(find(before))
        for kind, before, find in _limits(current_retention())
        if before
    }
    if any(removed.values()):
        log.info("what is over was removed", **removed)
        audit.record("alerts.old_removed", by=None, changes=removed)
    return sum(removed.values())


SETTINGS = Group(
    key="retention",
    title=_("Retention"),
    page="alerts:retention",
    settings=tuple(
        Setting(
            KEY,
            name,
            label,
            effect,
            getattr(Retention(), name),
            unit="days",
            nothing=_("for ever"),
            limits={"min_value": LEAST_DAYS, "max_value": MOST_DAYS},
        )
        for name, label, effect in (
            (
                "history_days",
                _("Episodes and events"),
                _("Days after the end. Analytics and similar alerts reach back no further. Empty: for ever."),
            ),
            (
                "log_days",
                _("Delivery log"),
                _(
                    "Days after a message was written. Analytics count the messages that are kept. "
                    "Empty: for ever."
                ),
            ),
            (
                "inbox_days",
                _("Inbox"),
                _("Days, read or not. What is about an open alert stays. Empty: for ever."),
            ),
        )
    ),
    now=lambda: asdict(current_retention()),
    change=lambda values, by: set_retention(by=by, **values),
)


def _limits(
    kept: Retention,
) -> list[tuple[str, datetime | None, Callable[[datetime], QuerySet[Any]]]]:
    now, days = timezone.now(), asdict(kept)
    return [
        (kind, now - timedelta(days=days[name]) if days[name] else None, find) for kind, name, find in _KINDS
    ]


def _remove_in_batches(rows: QuerySet[Any]) -> int:
    total = 0
    while count := _remove_some(rows):
        total += count
    return total


@transaction.atomic
def _remove_some(rows: QuerySet[Any]) -> int:
    """Locked first: a message that somebody just sends again is not old any more."""
    locked = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    found = list(locked.values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=found).delete()
    return len(found)
