"""A channel of our own: every alert becomes a ticket of a help desk that takes JSON."""

from dataclasses import dataclass, field

from django import forms

from alerts.channels import Message, Receipt, http
from dataops.web.fields import AddressField


@dataclass(frozen=True, slots=True)
class TicketParams:
    """What the user sets; the form, the API and the validation are made from it."""

    url: str = field(
        default="",
        metadata={"field": AddressField(label="Help desk", help_text="Address that takes new tickets.")},
    )
    queue: str = field(
        default="data",
        metadata={"field": forms.SlugField(label="Queue", help_text="Where the tickets go.")},
    )
    key: str = field(
        default="",
        metadata={
            "secret": True,
            "field": forms.CharField(
                label="Key",
                help_text="From the help desk's page of keys.",
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            ),
        },
    )


class TicketChannel:
    """Opens a ticket per alert; a test opens one that says so."""

    key = "tickets"
    label = "Help desk"
    params = TicketParams
    takes_templates = True

    def send(self, message: Message, config: TicketParams) -> Receipt:
        """What was opened before a fault is named in the error, and left out of the next try."""
        opened = list(message.delivered_to)
        for name, title, text in _tickets(message):
            if name in opened:
                continue
            ticket = {"queue": config.queue, "id": name, "title": title, "text": message.text or text}
            with http.keeping(opened):
                http.post_json(config.url, ticket, headers={"Authorization": f"Bearer {config.key}"})
            opened.append(name)
        return Receipt(tuple(opened), detail=f"{len(opened)} tickets")


def _tickets(message: Message) -> list[tuple[str, str, str]]:
    """Id, title and text of each ticket; the id is the same on every try."""
    alerts = [(a["fingerprint"], a["title"], a["message"]) for a in message.payload["alerts"]]
    return alerts or [(message.id, message.subject, "A test. Nothing is wrong.")]
