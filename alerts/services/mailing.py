"""Mail as each recipient wants it: now, later in one, or not at all."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext

from alerts.enums import Reason
from alerts.models import Alert, Channel, MailRefusal, Notification, PostponedMail
from alerts.selectors.people import Wishes
from alerts.services import payload
from alerts.services.identity import digest
from dataops.web import audit, queue
from dataops.web.locale import language_of

PERSONAL = "personal"
PERSONAL_NAME = "Personal e-mail"
EXPIRES_AFTER = timedelta(hours=24)
TASK = "alerts.deliver_due"


@dataclass(slots=True)
class Mailing:
    """One message on its way to many addresses; the alerts are read once."""

    message: Notification
    _alerts: dict[int, Alert] | None = field(default=None)

    def content_for(self, address: str, whole: dict[str, Any]) -> dict[str, Any] | None:
        """The payload as this address wants it now; None when it wants nothing of it now.

        What its person wants later is kept for them, once, however often the message is tried.
        """
        if MailRefusal.objects.filter(address=address.lower()).exists():
            return None
        person = _person(address)
        if person is None or not whole["alerts"]:
            return whole
        now, wishes = timezone.now(), Wishes([person.pk])
        due = {a["id"]: wishes.mail_at(person.pk, self._known[a["id"]], now) for a in whole["alerts"]
               if a["id"] in self._known}  # fmt: skip
        self._postpone(person, [a for a in whole["alerts"] if (due.get(a["id"]) or now) > now], due)
        told = [alert for alert in whole["alerts"] if due.get(alert["id"]) == now]
        if not told or len(told) == len(whole["alerts"]):
            return whole if told else None
        part = whole | {"alerts": told}
        return part | {"subject": payload.subject_line(part)}

    @property
    def _known(self) -> dict[int, Alert]:
        if self._alerts is None:
            self._alerts = Alert.objects.in_bulk([alert["id"] for alert in self.message.payload["alerts"]])
        return self._alerts

    def _postpone(self, person: Any, later: list[dict[str, Any]], due: dict[int, Any]) -> None:
        PostponedMail.objects.bulk_create(
            [
                PostponedMail(
                    person=person,
                    alert_id=alert["id"],
                    content=alert,
                    key=f"{self.message.uuid} {alert['id']}",
                    due_at=due[alert["id"]],
                )
                for alert in later
            ],
            ignore_conflicts=True,
        )


@transaction.atomic
def send_postponed() -> int:
    """Write one message to everybody for whom something was kept until now; returns how many.

    Of an alert that changed several times its last word is told. Nothing is kept twice, and nothing
    is sent to who has left or unsubscribed in the meantime.
    """
    due = PostponedMail.objects.select_for_update().filter(due_at__lte=timezone.now()).order_by("pk")
    by_person: dict[int, list[PostponedMail]] = {}
    for row in due:
        by_person.setdefault(row.person_id, []).append(row)
    people = get_user_model()._default_manager.filter(pk__in=by_person, is_active=True).exclude(email="")
    refused = set(MailRefusal.objects.values_list("address", flat=True))
    messages = [
        _summary(person.email, by_person[person.pk])
        for person in people.order_by("pk")
        if person.email.lower() not in refused
    ]
    Notification.objects.bulk_create(messages)
    PostponedMail.objects.filter(pk__in=[row.pk for rows in by_person.values() for row in rows]).delete()
    if messages:
        queue.send_on_commit(TASK)
    return len(messages)


def _summary(address: str, rows: list[PostponedMail]) -> Notification:
    last_words = {row.alert_id: row.content for row in rows}
    told = list(last_words.values())[: payload.MAX_ALERTS]
    content = {
        "v": payload.VERSION,
        "reason": str(Reason.HELD_BACK),
        "alerts": told,
        "truncated": len(last_words) - len(told),
        "to": [address],
    }
    now = timezone.now()
    return Notification(
        channel=personal_channel(),
        reason=Reason.HELD_BACK,
        subject=_subject(address, len(last_words)),
        payload=content,
        idempotency_key=digest([address, [row.key for row in rows]]),
        created_at=now,
        not_before=now,
        expires_at=now + EXPIRES_AFTER,
    )


def _subject(address: str, count: int) -> str:
    with translation.override(language_of(address)):
        said = ngettext(
            "[SUMMARY] %(count)s alert kept for you", "[SUMMARY] %(count)s alerts kept for you", count
        )
        return said % {"count": count}


def personal_channel() -> Channel:
    """Through which mail of one's own goes; made when it is first needed."""
    channel = Channel.objects.filter(kind=PERSONAL).first()
    return channel or Channel.objects.get_or_create(name=PERSONAL_NAME, defaults={"kind": PERSONAL})[0]


@transaction.atomic
def refuse_mail(address: str, *, by: Any = None) -> None:
    """No more mail about alerts to this address, from any channel."""
    refusal, is_new = MailRefusal.objects.get_or_create(address=address.lower())
    if is_new:
        audit.record("alert_mail.refused", by=by, target=refusal)


@transaction.atomic
def allow_mail(address: str, *, by: Any = None) -> None:
    """Mail to this address again; quiet when it was never refused."""
    for refusal in MailRefusal.objects.filter(address=address.lower()):
        audit.record("alert_mail.allowed", by=by, target=refusal)
        refusal.delete()


def _person(address: str) -> Any:
    """The one active person with this address; two with one address are nobody."""
    found = list(get_user_model()._default_manager.filter(email__iexact=address, is_active=True)[:2])
    return found[0] if len(found) == 1 else None
