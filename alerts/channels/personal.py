"""E-mail to those it concerns: summaries of one's own, and alerts to whoever is responsible for them."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q

from alerts.channels.base import Message, NobodyToTell, Receipt
from alerts.channels.email import post_to
from alerts.enums import Reason
from alerts.models import Alert
from alerts.selectors.people import responsible_for


@dataclass(frozen=True, slots=True)
class PersonalParams:
    """Nothing to set: the alert says whom it concerns."""


@dataclass(frozen=True, slots=True)
class PersonalChannel:
    key: str = "personal"
    label: str = "E-mail to those responsible"
    params: type[PersonalParams] = PersonalParams

    def send(self, message: Message, config: PersonalParams) -> Receipt:
        """To the addresses the message names, or to owners, watchers and whoever is in charge.

        A test concerns whoever asked for it.
        """
        recipients = message.payload.get("to") or _responsible(message)
        if not recipients:
            raise NobodyToTell("Nobody with an address is responsible: no owner, watcher or assignee.")
        return post_to(recipients, message)


def _responsible(message: Message) -> list[str]:
    alerts = list(Alert.objects.filter(pk__in=[alert["id"] for alert in message.payload["alerts"]]))
    keys = set().union(*responsible_for(alerts).values()) if alerts else set()
    concerned = Q(pk__in=keys)
    if message.payload["reason"] == Reason.TEST:
        concerned = Q(username=message.payload["actor"])
    people = get_user_model()._default_manager.filter(concerned).exclude(email="")
    return list(people.order_by("pk").values_list("email", flat=True))
