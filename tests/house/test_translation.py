"""Every word that a page shows can be said in another language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What is the same in every language.
NAMES = {"DataOps", "Inspector", "DataOps Inspector", "CSV", "JSON", "UTC", "API · DataOps Inspector"}
MARKED = re.compile(r"{% *blocktranslate\b.*?{% *endblocktranslate *%}", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
# Words handed to an included template or put in the place of nothing.
GIVEN = re.compile(
    r"""\b(?:title|text|label|hint|action_label|submit_label)="([^"]+)"|\|default:"([^"]+)\""""
)
SHOWN = ("title", "alt", "placeholder", "aria-label", "data-label", "data-confirm")
CODE = ("code", "kbd", "pre", "script", "style")


class Words(HTMLParser):
    """Collects the text and the human attributes of a page, code left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SHOWN and value]
        if tag in CODE:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in CODE:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.found.append(data)


def untranslated(source: str) -> Iterator[str]:
    """What a template says in English only."""
    left = MARKED.sub("", source)
    given = [text for tag in MARKUP.findall(left) for pair in GIVEN.findall(tag) for text in pair]
    for text in [*Words(MARKUP.sub("", left)).found, *given]:
        words = " ".join(text.split()).strip(" ·:,.()")
        if re.search("[A-Za-z]", words) and words not in NAMES:
            yield words


def test_no_template_says_anything_that_cannot_be_translated() -> None:
    pages = {str(page.relative_to(TEMPLATES)): page.read_text() for page in TEMPLATES.rglob("*.html")}
    found = {name: list(untranslated(source)) for name, source in pages.items()}

    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ('<a title="Go on" href="/x">{% icon "x" %}</a>', ["Go on"]),
        ('{% include "x.html" with title="Nothing here" icon="pass" %}', ["Nothing here"]),
        ('<p>{% translate "Hello" %} <code>make run</code> {{ who|default:_("nobody") }}</p>', []),
    ],
)
def test_words_without_a_mark_are_found(source: str, found: list[str]) -> None:
    assert list(untranslated(source)) == found
