"""Contracts of a source: looked at first, then applied as rules, kept by version, written again."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from dataops.engine.checks import CHECKS
from dataops.engine.contracts import Rule, Translation, canonical, place_of, read_contract, write_contract
from dataops.engine.protocols import Limits
from dataops.web import audit
from quality.models import Check, ContractVersion, DataSource
from quality.services.planning import spec_of
from quality.services.rules import add_check, configure_check, remove_check
from quality.services.runs import newest_accepted
from quality.services.stored import profile_of
from quality.services.wording import describe, described_limits

NOTE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What applying a contract would do to the rules of a source."""

    text: str
    translation: Translation
    added: list[Rule]
    changed: list[tuple[Check, Rule]]
    removed: list[Check]
    unchanged: list[Check]

    @property
    def changes(self) -> dict[str, list[str]]:
        """Rules in words, by what happens to them."""
        return {
            "added": [describe(rule.spec) for rule in self.added],
            "changed": [
                f"{describe(spec_of(check))} → {described_limits(rule.spec)}" for check, rule in self.changed
            ],
            "removed": [describe(spec_of(check)) for check in self.removed],
        }


def plan_contract(source: DataSource, text: str) -> ContractPlan:
    """Read a contract and lay it beside the rules of a source; nothing is changed.

    Raises InvalidContract when it cannot be read.
    """
    translation = read_contract(text, table=source.name)
    known = {place_of(spec_of(check)): check for check in source.checks.all() if check.kind in CHECKS}
    wanted = {place_of(rule.spec): rule for rule in translation.rules}
    pairs = [(known[place], rule) for place, rule in wanted.items() if place in known]
    same = [check for check, rule in pairs if _says(check, rule)]
    return ContractPlan(
        text,
        translation,
        added=[rule for place, rule in wanted.items() if place not in known],
        changed=[(check, rule) for check, rule in pairs if not _says(check, rule)],
        removed=[check for place, check in known.items() if check.from_contract and place not in wanted],
        unchanged=same,
    )


def _says(check: Check, rule: Rule) -> bool:
    return check.enabled and canonical(spec_of(check)) == canonical(rule.spec)


@transaction.atomic
def apply_contract(source: DataSource, text: str, *, by: Any) -> ContractVersion:
    """Make the rules of a source say what the contract says, and keep it as the next version.

    Rules that earlier contracts brought and this one does not say are removed; rules made by people
    stay. The same text again is the version that is there. Raises InvalidContract.
    """
    source = DataSource.objects.select_for_update().get(pk=source.pk)
    newest = source.contracts.first()
    plan = plan_contract(source, text)
    nothing_to_do = not (plan.added or plan.changed or plan.removed)
    if newest is not None and newest.text == text and nothing_to_do:
        return newest
    changes = plan.changes  # before the rules are touched, whose old limits it tells
    for check in plan.removed:
        remove_check(check, by=by)
    for check, rule in plan.changed:
        configure_check(check, by=by, **_fields(rule, check.note))
    for rule in plan.added:
        spec, fields = rule.spec, _fields(rule)
        add_check(source, kind=spec.check, column=spec.column, by=by, from_contract=True, **fields)
    version = ContractVersion.objects.create(
        source=source,
        number=newest.number + 1 if newest else 1,
        text=text,
        format=plan.translation.format,
        name=plan.translation.name[:200],
        version=plan.translation.version[:60],
        lines=[asdict(line) for line in plan.translation.lines],
        changes=changes,
        applied_by=by if by is not None and by.is_authenticated else None,
    )
    counts = {what: len(rules) for what, rules in changes.items()}
    audit.record("contract.applied", by=by, target=source, changes={"contract": version.number} | counts)
    return version


def has_changed_rules(source: DataSource, text: str, *, by: Any) -> bool:
    """Apply a contract; False when it is the one in force already."""
    before = source.contracts.count()
    return apply_contract(source, text, by=by).number > before


def _fields(rule: Rule, note: str = "") -> dict[str, Any]:
    """A rule as the fields of a stored check."""
    spec, limits = rule.spec, rule.spec.limits or Limits()
    return {
        "params": dict(spec.params),
        "warn": limits.warn,
        "fail": limits.fail,
        "severity": (spec.severity or CHECKS[spec.check].severity).value,
        "weight": spec.weight,
        "critical": spec.critical,
        "when": spec.when,
        "dimension": spec.dimension.value if spec.dimension else "",
        "note": (rule.note or note)[:NOTE_LENGTH],
        "enabled": True,
    }


def export_contract(source: DataSource) -> str:
    """The rules that are in force, as a data contract (ODCS v3.1), with what the last one said besides."""
    last = source.contracts.filter(format="odcs").first()
    newest = newest_accepted(source) or source.newest_run
    profile = profile_of(newest) if newest else None
    return write_contract(
        _rules_of(source),
        name=source.name,
        identifier=slugify(source.name) or f"source-{source.pk}",
        version=last.version if last else "1.0.0",
        columns=[(column.name, column.type) for column in profile.columns] if profile else [],
        description=source.description,
        based_on=last.text if last else "",
    )


def _rules_of(source: DataSource) -> Iterable[Rule]:
    for check in source.checks.filter(enabled=True):
        if check.kind in CHECKS:
            yield Rule(spec_of(check), check.note)
