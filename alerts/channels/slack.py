"""Slack, by an incoming webhook."""

from dataclasses import dataclass, field
from typing import Any

from django import forms

from alerts.channels import http, words
from alerts.channels.base import Message, Receipt
from dataops.web.fields import AddressField

SECTION_LENGTH = 2900
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def secret_address(label: str, help_text: str) -> forms.Field:
    """An address that is a secret itself: whoever knows it can write to the room."""
    return AddressField(
        label=label,
        max_length=2000,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class SlackParams:
    url: str = field(
        default="",
        metadata={
            "secret": True,
            "field": secret_address(
                "Webhook address",
                "Of an incoming webhook of your Slack app, https://hooks.slack.com/services/…",
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """One message per notification, an alert a section, with links to the pages."""

    key: str = "slack"
    label: str = "Slack"
    params: type[SlackParams] = SlackParams
    takes_templates: bool = True

    def send(self, message: Message, config: SlackParams) -> Receipt:
        return Receipt(detail=http.post_json(config.url, _document(message)))

    def escape(self, text: str) -> str:
        return _escaped(text)


def _document(message: Message) -> dict[str, Any]:
    sections = _chosen(message.text) if message.text else _own(message)
    return {"text": _escaped(message.subject), "blocks": sections}


def _chosen(text: str) -> list[dict[str, Any]]:
    return [_section(text[at : at + SECTION_LENGTH]) for at in range(0, len(text), SECTION_LENGTH)]


def _own(message: Message) -> list[dict[str, Any]]:
    sections = [_section(_text(line)) for line in words.lines(message)] or [
        _section(_escaped(words.test_words(message)))
    ]
    if more := words.more(message):
        sections.append(_section(f"<{words.all_alerts_url()}|{more} more>"))
    return sections


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_LENGTH]}}


def _text(line: words.Line) -> str:
    return f"*{line.label}* <{line.url}|{_escaped(line.title)}>\n{_escaped(line.text)}".strip()


def _escaped(text: str) -> str:
    """Slack reads these three as markup: a column called <!channel> must not call everybody."""
    return text.translate(_MARKS)
