"""What people say about how they want to be told."""

from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction

from alerts.enums import Side, SubjectType
from alerts.models import Alert, Preference, Stance
from alerts.services.identity import plain
from dataops.web import audit
from dataops.web.words import lazy as _

MOST_STANCES = 500


@transaction.atomic
def change_preference(person: Any, **changes: Any) -> Preference:
    """Change any field of their preference; ValidationError with the field."""
    preference = Preference.objects.filter(person=person).first() or Preference(person=person)
    before = {name: getattr(preference, name) for name in changes}
    for name, value in changes.items():
        setattr(preference, name, value)
    if preference.time_zone not in available_timezones():
        raise ValidationError({"time_zone": _("No such time zone; give one such as Europe/Berlin or UTC.")})
    if (preference.quiet_from is None) != (preference.quiet_to is None):
        raise ValidationError(
            {"quiet_to": _("Quiet hours have a beginning and an end: give both, or neither.")}
        )
    preference.unwanted_kinds = _kinds(preference.unwanted_kinds)
    preference.full_clean()
    preference.save()
    changed = {
        name: [str(before[name]), str(value)] for name, value in changes.items() if value != before[name]
    }
    audit.record("alert_preference.changed", by=person, target=preference, changes=changed)
    return preference


def _kinds(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(kind, str) and len(kind) <= 80 for kind in given):
        raise ValidationError({"unwanted_kinds": _("Give kinds as a list of words such as quality.score.")})
    return list(dict.fromkeys(kind.strip() for kind in given if kind.strip()))[:100]


@transaction.atomic
def take_stance(person: Any, *, subject_type: str, subject_id: str, side: str, name: str = "") -> Stance:
    """Watch a subject, or hear nothing of it; the newest word about a subject counts."""
    if subject_type not in SubjectType.values:
        raise ValidationError({"subject_type": f"One of {', '.join(SubjectType.values)}."})
    if side not in Side.values:
        raise ValidationError({"side": f"One of {', '.join(Side.values)}."})
    if Stance.objects.filter(person=person).count() >= MOST_STANCES:
        raise ValidationError(
            _("%(most)s subjects are the most one person may watch or mute.") % {"most": MOST_STANCES}
        )
    stance, _created = Stance.objects.update_or_create(
        person=person,
        subject_type=subject_type,
        subject_id=plain(subject_id, 64),
        defaults={"side": side, "subject_name": plain(name, 200) or _known_name(subject_type, subject_id)},
    )
    audit.record(f"alert_stance.{side}", by=person, target=stance)
    return stance


def _known_name(subject_type: str, subject_id: str) -> str:
    known = Alert.objects.about(subject_type, subject_id).values_list("subject_name", flat=True).first()
    return known or f"{subject_type} {subject_id}"[:200]


@transaction.atomic
def drop_stance(person: Any, *, subject_type: str, subject_id: str) -> None:
    """Neither watch nor mute it any more; quiet when they did neither."""
    for stance in Stance.objects.filter(person=person, subject_type=subject_type, subject_id=subject_id):
        audit.record("alert_stance.dropped", by=person, target=stance)
        stance.delete()
