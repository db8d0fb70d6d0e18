"""Two versions of a contract laid beside each other, rule by rule."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dataops.engine.checks import CHECKS, CheckSpec, parameters_of, setting_in_words
from dataops.engine.contracts import canonical, place_of, read_contract
from dataops.engine.errors import InvalidContract
from quality.models import ContractVersion
from quality.services.wording import describe, described_limits, described_place


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of one rule, in words, before and after."""

    rule: str
    setting: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """Rules in words: those that came, those that went, and what became another in the others."""

    added: list[str]
    removed: list[str]
    changed: list[Change]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def compare_contracts(before: ContractVersion, after: ContractVersion) -> RuleDiff | None:
    """What differs in the rules of two versions; None where one cannot be read any more."""
    try:
        old, new = _rules_of(before), _rules_of(after)
    except InvalidContract:
        return None
    kept = [(old[place], new[place]) for place in new if place in old]
    gone = [spec for place, spec in old.items() if place not in new]
    come = [spec for place, spec in new.items() if place not in old]
    edited = _paired(gone, come)
    pairs = [(a, b) for a, b in [*kept, *edited] if canonical(a) != canonical(b)]
    return RuleDiff(
        added=[describe(spec) for spec in come if all(spec is not b for _, b in edited)],
        removed=[describe(spec) for spec in gone if all(spec is not a for a, _ in edited)],
        changed=[change for a, b in pairs for change in _changes(a, b)],
    )


def _rules_of(version: ContractVersion) -> dict[tuple[str, str, str, str], CheckSpec]:
    translation = read_contract(version.text, table=version.source.name)
    return {place_of(rule.spec): rule.spec for rule in translation.rules}


def _paired(gone: list[CheckSpec], come: list[CheckSpec]) -> list[tuple[CheckSpec, CheckSpec]]:
    """A rule that went and the one of the same check and column that came: it has other settings now."""
    counts = Counter((spec.check, spec.column) for spec in gone), Counter((s.check, s.column) for s in come)
    only = {key for key, count in counts[0].items() if count == counts[1][key] == 1}
    by_place = {(spec.check, spec.column): spec for spec in come}
    return [(spec, by_place[spec.check, spec.column]) for spec in gone if (spec.check, spec.column) in only]


def _changes(before: CheckSpec, after: CheckSpec) -> Iterator[Change]:
    old, new = _settings(before), _settings(after)
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name, "–"), new.get(name, "–")
        if was != now:
            yield Change(described_place(after), name, was, now)


def _settings(spec: CheckSpec) -> dict[str, str]:
    """Everything a person may set in a rule, in words."""
    check = CHECKS[spec.check]
    params = {
        parameter.name.replace("_", " "): setting_in_words(
            parameter, spec.params.get(parameter.name, parameter.default), most=20
        )
        for parameter in parameters_of(check.params)
    }
    return params | {
        "limits": described_limits(spec),
        "only rows where": spec.when or "–",
        "severity": str(spec.severity or check.severity),
        "dimension": str(spec.dimension or check.dimension),
        "weight": f"{spec.weight:g}",
        "critical": "yes" if spec.critical else "no",
    }
