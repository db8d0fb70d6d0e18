"""Into the inbox of people: the bell on every page. Nothing leaves the product."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from alerts.channels.base import Message, NobodyToTell, Receipt
from alerts.channels.names import PeopleField
from alerts.enums import Severity
from alerts.models import Alert, Notice
from alerts.selectors.people import Wishes
from dataops.web.words import lazy as _

MAY_HANDLE = "alerts.handle_alert"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class InboxParams:
    people: tuple[str, ...] = field(
        default=(),
        metadata={
            "field": PeopleField(
                label=_("People"),
                required=False,
                help_text=_("One user name a line. Leave empty for all who may handle alerts."),
            )
        },
    )


@dataclass(frozen=True, slots=True)
class InboxChannel:
    """A line in the inbox of everybody named; who was told as the one responsible is not told twice."""

    key: str = "in-app"
    label: str = "In-app"
    params: type[InboxParams] = InboxParams

    def send(self, message: Message, config: InboxParams) -> Receipt:
        people = _people(config)
        if not people:
            raise NobodyToTell("Nobody here may handle alerts, and the channel names nobody.")
        told = message.payload["alerts"]
        wanting = _wanting(people, told[0]) if told else set(people)
        Notice.objects.bulk_create(
            [_notice(person, message) for person in sorted(wanting)], ignore_conflicts=True
        )
        return Receipt(detail=f"in the inbox of {len(wanting)} of {len(people)}")


def _people(config: InboxParams) -> dict[int, str]:
    everybody = get_user_model()._default_manager
    if config.people:
        found = everybody.filter(username__in=config.people, is_active=True)
    else:
        found = everybody.with_perm(MAY_HANDLE, backend=_BACKEND)
    return dict(found.order_by("pk").values_list("pk", "username"))


def _wanting(people: dict[int, str], first: dict[str, Any]) -> set[int]:
    """Those who want such alerts in their inbox, and have not this one there already."""
    alert = Alert.objects.filter(pk=first["id"]).first()
    if alert is None:
        return set()
    have = Notice.objects.filter(
        person__in=people,
        alert=alert,
        reason=first["reason"],
        created_at__gte=datetime.fromisoformat(first["at"]),
    )
    wishes = Wishes(people)
    named = {pk for pk, name in people.items() if name != first["actor"] and wishes.hears_in_app(pk, alert)}
    return named - set(have.values_list("person", flat=True))


def _notice(person: int, message: Message) -> Notice:
    told = message.payload["alerts"]
    if not told:
        return Notice(
            person_id=person,
            key=message.id,
            reason=message.payload["reason"],
            severity=Severity.INFO,
            title=message.subject,
        )
    first = told[0]
    name, title = first["subject"]["name"], first["title"]
    return Notice(
        person_id=person,
        alert_id=first["id"],
        key=message.id,
        reason=first["reason"],
        severity=first["severity"],
        title=(title if title.startswith(name) else f"{name}: {title}")[:300],
        count=len(told) + message.payload["truncated"],
    )
