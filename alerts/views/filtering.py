"""Filter chips of the alert list: links that keep the other choices, with what they would show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from alerts.enums import Severity, SubjectType
from alerts.forms.filters import STATUS_CHOICES
from alerts.selectors import Facets
from alerts.selectors.facets import ACTIVE, DIMENSIONS

DEFAULTS = {"status": ACTIVE}


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


def chosen(params: Mapping[str, str]) -> dict[str, str]:
    """The choice in every dimension; the list starts with what is unresolved."""
    return {name: params.get(name) or DEFAULTS.get(name, "") for name in DIMENSIONS}


def chip_groups(params: Mapping[str, str], facets: Facets) -> list[ChipGroup]:
    choices = chosen(params)
    kinds = sorted(set(facets.counts["kind"]) | ({choices["kind"]} - {""}))
    dimensions: list[tuple[str, str, Iterable[tuple[str, str]]]] = [
        ("status", "Status", STATUS_CHOICES),
        ("severity", "Severity", reversed(Severity.choices)),
        ("subject_type", "About", SubjectType.choices),
        ("kind", "Kind", [(kind, kind) for kind in kinds]),
    ]
    return [
        ChipGroup(label, [_chip(params, choices, facets, name, *choice) for choice in values])
        for name, label, values in dimensions
    ]


def _chip(
    params: Mapping[str, str], choices: dict[str, str], facets: Facets, name: str, value: str, label: str
) -> Chip:
    """A click on an active chip takes the choice back; the status always has one."""
    active = choices[name] == value
    removes = active and name != "status"
    kept = {key: v for key, v in params.items() if v and key not in (name, "page")}
    query = kept if removes else kept | {name: value}
    return Chip(label, f"?{urlencode(query)}", active, facets.of(name, value))
