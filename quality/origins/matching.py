"""Which of several files is fetched next; the same rule on a disk and in object storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import ngettext_lazy

from dataops.web.templatetags.ui import number
from dataops.web.words import lazy as _
from quality.origins.base import FetchError, size_words

MOST_MATCHES = 10_000
NEWEST, EACH, PART = "newest", "each", "part"


def pick_field() -> forms.Field:
    return forms.ChoiceField(
        label=_("Of several files"),
        choices=[
            (NEWEST, _("check the newest one")),
            (EACH, _("check each new one, the oldest first")),
            (PART, _("each is a part, such as a day: check each new one by name, and profile all together")),
        ],
        help_text=_("What to do when the pattern fits more than one file."),
    )


@dataclass(frozen=True, slots=True)
class Match:
    """One file: its address, its size in bytes, and a mark that changes with its content."""

    name: str
    bytes: int
    changed: float
    mark: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The file to fetch (None: no new one), the cursor that belongs to it, and whether others wait."""

    match: Match | None
    cursor: dict[str, Any]
    more: bool = False


def fitting(matches: Sequence[Match]) -> str:
    """How many files there are, and the newest. Raises FetchError as ``choose`` does."""
    newest = choose(matches, pick=NEWEST, cursor={}).match
    assert newest is not None  # noqa: S101 - choose raises when there is none
    said = ngettext_lazy(
        "%(count)s file fits: %(name)s, %(size)s.",
        "%(count)s files fit; the newest is %(name)s, %(size)s.",
        "count",
    )
    name = newest.name.rpartition("/")[2]
    return said % {"count": len(matches), "name": name, "size": size_words(newest.bytes)}


def choose(matches: Sequence[Match], *, pick: str, cursor: Mapping[str, Any]) -> Choice:
    """Raises FetchError when nothing matches, or far too much."""
    if not matches:
        raise FetchError(_("no file fits; nothing was there to fetch"), transient=True)
    if len(matches) > MOST_MATCHES:
        raise FetchError(
            _("more than %(most)s files fit; narrow the pattern") % {"most": number(MOST_MATCHES)}
        )
    # Parts have their day in their name; copied all at once they were written in any order.
    in_order = sorted(matches, key=lambda match: (0 if pick == PART else match.changed, match.name))
    if pick == NEWEST:
        return Choice(in_order[-1], {})
    seen = cursor.get("seen", {})
    new = [match for match in in_order if seen.get(match.name) != match.mark]
    # Files that are gone are forgotten, so that the cursor never outgrows what is there.
    kept = {match.name: match.mark for match in in_order if seen.get(match.name) == match.mark}
    if not new:
        return Choice(None, {"seen": kept})
    return Choice(new[0], {"seen": kept | {new[0].name: new[0].mark}}, more=len(new) > 1)
