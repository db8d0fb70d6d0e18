"""E-mail to those it concerns: summaries of one's own, and alerts to whoever is responsible for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import Q

from alerts.channels.base import Message, NobodyToTell, Receipt
from alerts.channels.email import post_to
from alerts.channels.names import TeamsField
from alerts.enums import Reason
from alerts.models import Alert
from alerts.selectors.people import responsible_for
from dataops.web.teams import members_of
from dataops.web.words import lazy as _


@dataclass(frozen=True, slots=True)
class PersonalParams:
    """The alert says whom it concerns; teams hear of it besides."""

    teams: tuple[str, ...] = field(
        default=(),
        metadata={
            "field": TeamsField(
                label=_("Teams"),
                required=False,
                help_text=_("One a line: everybody in them is told too, as each of them wishes to be."),
            )
        },
    )


@dataclass(frozen=True, slots=True)
class PersonalChannel:
    key: str = "personal"
    label: str = "E-mail to those responsible"
    params: type[PersonalParams] = PersonalParams

    def send(self, message: Message, config: PersonalParams) -> Receipt:
        """To the addresses the message names, or to owners, watchers, whoever is in charge, and the teams.

        A test concerns whoever asked for it, and the teams.
        """
        recipients = message.payload.get("to") or _concerned(message, config.teams)
        if not recipients:
            raise NobodyToTell("Nobody with an address is responsible: no owner, watcher or assignee.")
        return post_to(recipients, message)


def _concerned(message: Message, teams: Sequence[str]) -> list[str]:
    alerts = list(Alert.objects.filter(pk__in=[alert["id"] for alert in message.payload["alerts"]]))
    keys = set().union(*responsible_for(alerts).values()) if alerts else set()
    concerned = Q(pk__in=keys)
    if message.payload["reason"] == Reason.TEST:
        concerned = Q(username=message.payload["actor"])
    if teams:
        concerned |= Q(pk__in=members_of(teams).values("pk"))
    people = get_user_model()._default_manager.filter(concerned).exclude(email="")
    return list(people.order_by("pk").values_list("email", flat=True))
