"""Filter chips of the alert list: links that keep the other choices, with what they would show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from alerts.enums import Severity, SubjectType, Substatus
from alerts.forms.filters import AGE_CHOICES, STATUS_CHOICES
from alerts.selectors import Facets
from alerts.selectors.facets import ACTIVE, DIMENSIONS
from dataops.web.controls import choice_word
from dataops.web.words import lazy as _

DEFAULTS = {"status": ACTIVE}
LINKED = {
    "cause": _("follows from {}"),
    "subject": _("about {}"),
    "assignee": _("assigned to {}"),
    "opened": _("opened {} (UTC)"),
}
MOST_CHIPS = 12
"""Of the kinds and of the owners; the rest is found by the search and by the address."""


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    active: bool
    count: int


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The choices of one dimension; ``name`` labels it."""

    name: str
    chips: list[Chip]

    @property
    def is_useful(self) -> bool:
        """Whether there is more than one thing to choose from, or a choice to take back."""
        return any(chip.active for chip in self.chips) or sum(chip.count > 0 for chip in self.chips) > 1


def params_of(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; "me" as owner is the person who asks."""
    params = request.GET.dict()
    if params.get("owner") == "me":
        params["owner"] = request.user.get_username()
    return params


def chosen(params: Mapping[str, str]) -> dict[str, str]:
    """The choice in every dimension; the list starts with what is unresolved."""
    return {name: params.get(name) or DEFAULTS.get(name, "") for name in DIMENSIONS}


def chip_groups(params: Mapping[str, str], facets: Facets) -> list[ChipGroup]:
    choices = chosen(params)
    dimensions: list[tuple[str, str, Iterable[tuple[str, str]]]] = [
        ("status", _("Status"), STATUS_CHOICES),
        ("substatus", _("Course"), Substatus.choices),
        ("severity", _("Severity"), reversed(Severity.choices)),
        ("subject_type", _("About"), SubjectType.choices),
        ("kind", _("Kind"), _most(facets, choices, "kind")),
        ("owner", _("Owner"), _most(facets, choices, "owner")),
        ("age", _("Open for"), AGE_CHOICES),
    ]
    groups = [
        ChipGroup(label, [_chip(params, choices, facets, name, *choice) for choice in values])
        for name, label, values in dimensions
    ]
    return [*groups, ChipGroup(_("Only"), list(_taken_back(params, facets.of("status", choices["status"]))))]


def _taken_back(params: Mapping[str, str], count: int) -> Iterator[Chip]:
    """What narrows the list by a link from elsewhere; a click takes it back."""
    for name, text in LINKED.items():
        if params.get(name):
            kept = {key: value for key, value in params.items() if value and key not in (name, "page")}
            yield Chip(text.format(params[name]), f"?{urlencode(kept)}", active=True, count=count)


def _most(facets: Facets, choices: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """The most frequent values in the order of the alphabet, with the one that is chosen."""
    frequent = {value for value, _count in facets.counts[name].most_common(MOST_CHIPS)}
    return [(value, value) for value in sorted(frequent | ({choices[name]} - {""}))]


def _chip(
    params: Mapping[str, str], choices: dict[str, str], facets: Facets, name: str, value: str, label: str
) -> Chip:
    """A click on an active chip takes the choice back; the status always has one."""
    active = choices[name] == value
    removes = active and name != "status"
    kept = {key: v for key, v in params.items() if v and key not in (name, "page")}
    query = kept if removes else kept | {name: value}
    return Chip(choice_word(value, label), f"?{urlencode(query)}", active, facets.of(name, value))
