"""Who is responsible for which alerts, and what they want to hear."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery

from alerts.enums import Side
from alerts.models import Alert, MailRefusal, Preference, Stance
from dataops.web import sight

Subject = tuple[str, str]


def responsible_for(alerts: Sequence[Alert]) -> dict[int, set[int]]:
    """Key of the alert -> keys of active people: assigned, owner of the subject, watching it; two queries."""
    watchers: dict[Subject, set[int]] = defaultdict(set)
    subjects = {(alert.subject_type, alert.subject_id) for alert in alerts}
    about = Q(pk__in=[])
    for subject_type, subject_id in subjects:
        about |= Q(subject_type=subject_type, subject_id=subject_id)
    watching = Stance.objects.filter(about, side=Side.WATCH, person__is_active=True)
    for subject_type, subject_id, person in watching.values_list("subject_type", "subject_id", "person"):
        watchers[subject_type, subject_id].add(person)
    owners = {alert.subject_owner for alert in alerts if alert.subject_owner}
    assigned = {alert.assignee_id for alert in alerts if alert.assignee_id}
    people = get_user_model()._default_manager.filter(is_active=True)
    named = dict(people.filter(Q(username__in=owners) | Q(pk__in=assigned)).values_list("username", "pk"))
    active = set(named.values())
    return {
        alert.pk: watchers[alert.subject_type, alert.subject_id]
        | ({named[alert.subject_owner]} if alert.subject_owner in named else set())
        | (active & {alert.assignee_id or 0})
        for alert in alerts
    }


def preference_of(person: Any) -> Preference:
    """Theirs, or an unsaved one that says what counts while they have said nothing."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def is_unsubscribed(person: Any) -> bool:
    """Whether their address takes no mail about alerts."""
    return bool(person.email) and MailRefusal.objects.filter(address=person.email.lower()).exists()


def stances_of(person: Any) -> QuerySet[Stance]:
    """What they watch and what they mute."""
    return Stance.objects.filter(person=person)


def side_of(person: Any) -> Subquery:
    """What they said of the subject of an alert (``Side``), null for nothing: a column for alerts."""
    same = stances_of(person).filter(subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"))
    return Subquery(same.values("side")[:1])


class Wishes:
    """What some people want to hear, of what they may see at all, read once; three queries."""

    def __init__(self, people: Iterable[int]) -> None:
        keys = set(people)
        preferences = Preference.objects.filter(person__in=keys)
        self._preferences = {preference.person_id: preference for preference in preferences}
        muted = Stance.objects.filter(person__in=keys, side=Side.MUTE)
        self._muted = set(muted.values_list("person", "subject_type", "subject_id"))
        self._hidden = sight.hidden_from_people(keys)

    def of(self, person: int) -> Preference:
        """Their preference, or the one that counts for everybody who has said nothing."""
        return self._preferences.get(person) or Preference(person_id=person)

    def mutes(self, person: int, alert: Alert) -> bool:
        return (person, alert.subject_type, alert.subject_id) in self._muted

    def may_hear(self, person: int, alert: Alert) -> bool:
        """Whether the alert is about something they may see, and have not muted."""
        seen = not sight.hides(self._hidden[person], alert.subject_type, alert.subject_id)
        return seen and not self.mutes(person, alert)

    def hears_in_app(self, person: int, alert: Alert) -> bool:
        return self.may_hear(person, alert) and self.of(person).wants_in_app(alert)

    def mail_at(self, person: int, alert: Alert, now: datetime) -> datetime | None:
        """When they may be mailed about it: now, later, or never (None)."""
        return self.of(person).mail_at(alert, now) if self.may_hear(person, alert) else None
