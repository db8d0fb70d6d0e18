"""Microsoft Teams, by the webhook of a Workflow."""

from dataclasses import dataclass, field
from typing import Any

from alerts.channels import http, words
from alerts.channels.base import Message, Receipt
from alerts.channels.slack import secret_address

_COLOURS = {"critical": "Attention", "warning": "Warning", "info": "Default"}


@dataclass(frozen=True, slots=True)
class TeamsParams:
    url: str = field(
        default="",
        metadata={
            "secret": True,
            "field": secret_address(
                "Workflow address",
                "From the Teams workflow 'Post to a channel when a webhook request is received'.",
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class TeamsChannel:
    """An adaptive card (1.4) per notification."""

    key: str = "teams"
    label: str = "Microsoft Teams"
    params: type[TeamsParams] = TeamsParams
    takes_templates: bool = True

    def send(self, message: Message, config: TeamsParams) -> Receipt:
        return Receipt(detail=http.post_json(config.url, _document(message)))


def _document(message: Message) -> dict[str, Any]:
    body = _chosen(message) if message.text else _own(message)
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body or [_plain(words.test_words(message))],
        "actions": [{"type": "Action.OpenUrl", "title": "Open alerts", "url": words.all_alerts_url()}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _chosen(message: Message) -> list[dict[str, Any]]:
    title = _plain(message.subject, weight="Bolder")
    return [title, *(_plain(line) for line in message.text.splitlines() if line.strip())]


def _own(message: Message) -> list[dict[str, Any]]:
    body = [block for line in words.lines(message) for block in _blocks(line)]
    if more := words.more(message):
        body.append(_plain(f"{more} more"))
    return body


def _blocks(line: words.Line) -> list[dict[str, Any]]:
    colour = "Good" if line.is_over else _COLOURS.get(line.severity, "Default")
    title = _plain(f"{line.label} {line.title}", weight="Bolder", color=colour)
    return [title, _plain(line.text)] if line.text else [title]


def _plain(text: str, **style: str) -> dict[str, Any]:
    # A text run, unlike a text block, knows no markdown: what users named stays what it is.
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
