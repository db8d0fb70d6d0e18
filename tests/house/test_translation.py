"""Every word that a page shows can be said in another language, and is said in German."""

import gettext
import re
from ast import literal_eval
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.utils import translation

from alerts.channels import CHANNELS
from alerts.enums import EventKind
from dashboard.presenters.feed import action_words, alert_words
from dashboard.selectors.activity import TOLD_OTHERWISE
from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS
from dataops.engine.metrics import METRICS
from dataops.engine.types import Dimension
from dataops.web.explanations import first_sentence
from dataops.web.script_words import script_words
from models_registry.formats.templates import TEMPLATES as SAMPLE_MODELS
from quality.origins import ORIGINS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What is the same in every language.
NAMES = {"DataOps", "Inspector", "DataOps Inspector", "CSV", "JSON", "UTC", "API · DataOps Inspector"}
MARKED = re.compile(r"{% *blocktranslate\b.*?{% *endblocktranslate *%}", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
# Words handed to an included template, put in the place of nothing, or said above a chart.
GIVEN = re.compile(
    r"""\b(?:title|text|label|hint|action_label|submit_label)="([^"]+)"|\|default:"([^"]+)\""""
    r"""|chart \S+ \S+ "([^"]+)\""""
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
        ('{% chart "days" chart "Each day" %}{% chart "days" chart _("Each day") %}', ["Each day"]),
        ('<p>{% translate "Hello" %} <code>make run</code> {{ who|default:_("nobody") }}</p>', []),
    ],
)
def test_words_without_a_mark_are_found(source: str, found: list[str]) -> None:
    assert list(untranslated(source)) == found


GERMAN = Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES"
ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', re.MULTILINE)
BLANK = re.compile(r"%\(\w+\)[\d.]*[a-z]|%d|\{[\w:,]*\}|<[^>]+>|%%")
"""What a sentence is filled with, and its markup."""


def catalogue() -> list[tuple[list[str], list[str]]]:
    """Of each message its English and its German, with their plurals."""
    found = []
    for block in (GERMAN / "django.po").read_text().split("\n\n")[1:]:
        said = [(kind, "".join(map(literal_eval, text.splitlines()))) for kind, text in ENTRY.findall(block)]
        english = [text for kind, text in said if kind.startswith("msgid")]
        found.append((english, [text for kind, text in said if kind.startswith("msgstr")]))
    return found


def test_every_message_has_its_german_with_the_same_blanks() -> None:
    for english, german in catalogue():
        for text in german:
            assert text, english
            assert set(BLANK.findall(text)) == set(BLANK.findall(english[-1])), english


def test_what_is_installed_is_what_was_written() -> None:
    installed = gettext.GNUTranslations((GERMAN / "django.mo").open("rb"))

    for english, german in catalogue():
        said = [installed.ngettext(*english, count) for count in (1, 2)] if len(english) == 2 else None
        assert (said or [installed.gettext(english[0])]) == german


def test_every_marked_text_is_in_the_catalogue() -> None:
    """Of templates; what code marks is found by the pages that show it."""
    known = {english[0].replace("%%", "%") for english, _ in catalogue()}
    sources = "".join(page.read_text() for page in TEMPLATES.rglob("*.html"))
    marked = re.findall(r"""{% translate (?:"([^"]+)"|'([^']+)')|_\("([^"]+)"\)""", sources)

    assert {text for one in marked for text in one if text} - known == set()


# As far as the code names them: what is written into the audit log, and what a job says it is at.
ACTION = re.compile(r'\brecord\(\s*"([a-z_]+\.[a-z_]+)"')
STAGE = re.compile(r'\b(?:progress|report)\([^"\n]+, "([a-z][\w -]+)"\)')


def _written(what: re.Pattern[str]) -> Iterator[str]:
    for package in ("alerts", "quality", "models_registry", "dashboard", "dataops"):
        for file in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            yield from what.findall(file.read_text())


def _own_words() -> Iterator[str]:
    yield from map(action_words, {*_written(ACTION)} - {*TOLD_OTHERWISE})
    yield from _written(STAGE)
    for one in [*CHECKS, *METHODS, *METRICS, *CHANNELS, *ORIGINS]:
        yield one.label
    yield from map(first_sentence, [*CHECKS, *METHODS, *(origin for origin in ORIGINS if origin.fetches)])
    for template in SAMPLE_MODELS:
        yield from (template.label, template.description)
    yield from (alert_words(kind) for kind in EventKind)
    yield from Dimension
    for form in _forms(forms.BaseForm):
        if form.__module__.startswith(("alerts.", "quality.", "models_registry.", "dashboard.")):
            for name, field in form.base_fields.items():
                if not field.widget.is_hidden and (field.label is None or isinstance(field.label, str)):
                    yield field.label or forms.utils.pretty_name(name)
                yield from _texts(field)


def _texts(field: forms.Field) -> Iterator[str]:
    """What a field says of itself, and of what it offers where that is not called as it is stored."""
    if isinstance(field.help_text, str):
        yield field.help_text
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        yield from (label for value, label in field.choices if isinstance(label, str) and label != value)


def _forms(kind: type) -> Iterator[type]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def test_what_rooms_call_their_own_things_has_its_german() -> None:
    installed = gettext.GNUTranslations((GERMAN / "django.mo").open("rb"))
    with translation.override("en"):
        words = {str(word) for word in _own_words()}

    known = installed._catalog  # type: ignore[attr-defined]
    said = {word for word in words if re.search("[a-z]{2}", word)}
    assert {word for word in said if word not in known and translation_of(word) == word} == set()


def translation_of(word: str) -> str:
    """As Django itself may have it: names of people's fields."""
    with translation.override("de"):
        return translation.gettext(word)


def test_scripts_say_only_what_can_be_translated() -> None:
    scripts = "".join(path.read_text() for path in (Path(settings.BASE_DIR) / "static/js").glob("*.js"))
    with translation.override("de"):
        known = script_words()

    said = set(re.findall(r"""\bsay\("([^"]+)\"""", scripts))
    assert said - set(known) == set()
    assert all(said != known[said] for said in known)
