"""Setting up silences and maintenance windows."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from alerts.enums import Repeat
from alerts.models import Silence
from alerts.services.errors import Conflict
from alerts.services.hours import zone_problem
from alerts.services.matching import clean_match
from dataops.web import audit
from dataops.web.words import lazy as _

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=3660)
"""From now: at the ends of the calendar a time has no local time everywhere."""
_PERIOD = {Repeat.DAILY: timedelta(days=1), Repeat.WEEKLY: timedelta(days=7)}


@transaction.atomic
def create_silence(
    *,
    reason: str,
    ends_at: datetime,
    by: Any,
    match: Any = None,
    starts_at: datetime | None = None,
    repeat: str = Repeat.ONCE,
    time_zone: str = "UTC",
    last_at: datetime | None = None,
) -> Silence:
    """Hold messages about the alerts that ``match`` takes; raises ValidationError with the field.

    It always ends: "for ever" would be forgotten.
    """
    silence = Silence(
        match=clean_match(match or {}),
        reason=reason,
        starts_at=starts_at or timezone.now(),
        ends_at=ends_at,
        repeat=repeat,
        time_zone=time_zone,
        last_at=last_at,
        created_by=by,
    )
    _check(silence)
    silence.save()
    audit.record("silence.created", by=by, target=silence, changes=_shown(silence))
    return silence


@transaction.atomic
def update_silence(silence: Silence, *, by: Any, **changes: Any) -> Silence:
    """Change any argument of ``create_silence``."""
    if "match" in changes:
        changes["match"] = clean_match(changes["match"] or {})
    for name, value in changes.items():
        setattr(silence, name, value)
    _check(silence)
    silence.save()
    audit.record("silence.changed", by=by, target=silence, changes=_shown(silence))
    return silence


@transaction.atomic
def end_silence(silence: Silence, *, by: Any) -> Silence:
    """End it now, for good; what it held back is told within a minute. Conflict when it is over."""
    if silence.is_over:
        raise Conflict(_("This silence is over already."))
    now = timezone.now()
    if silence.starts_at >= now:
        audit.record("silence.deleted", by=by, target=silence, changes=_shown(silence))
        silence.delete()
        return silence
    if silence.repeat == Repeat.ONCE:
        silence.ends_at = now
    silence.last_at = now
    silence.save(update_fields=["ends_at", "last_at"])
    audit.record("silence.ended", by=by, target=silence)
    return silence


def _check(silence: Silence) -> None:
    problems: dict[str, str] = {}
    length = silence.ends_at - silence.starts_at
    if length <= timedelta(0):
        problems["ends_at"] = _("The end must be after the start.")
    elif length > _PERIOD.get(Repeat(silence.repeat), LONGEST):
        most = _PERIOD.get(Repeat(silence.repeat), LONGEST).days
        problems["ends_at"] = ngettext(
            "It may last %(most)s day at most.", "It may last %(most)s days at most.", most
        ) % {"most": most}
    now = timezone.now()
    for name in ("starts_at", "ends_at", "last_at"):
        moment = getattr(silence, name)
        if moment is not None and abs(moment - now) > FARTHEST:
            problems[name] = _("Give a time within ten years from now.")
    if silence.last_at is not None and silence.last_at <= silence.starts_at:
        problems["last_at"] = _("The last time must be after the first.")
    if problem := zone_problem(silence.time_zone):
        problems["time_zone"] = problem
    if problems:
        raise ValidationError(problems)
    silence.full_clean()


def _shown(silence: Silence) -> dict[str, Any]:
    return {
        "match": silence.match,
        "reason": silence.reason,
        "from": silence.starts_at.isoformat(timespec="minutes"),
        "to": silence.ends_at.isoformat(timespec="minutes"),
        "repeat": str(silence.repeat),
    }
