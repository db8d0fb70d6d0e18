"""The rules of one source for others that hold the same kind of data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dataops.engine.checks import CHECKS
from dataops.engine.errors import InvalidPlan
from dataops.web.words import lazy as _
from quality.models import Check, DataSource
from quality.services.rules import add_check

COPIED = (
    "column", "params", "when", "warn", "fail", "severity", "dimension", "weight", "critical", "enabled",
    "note", "runbook_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rules a source got, and how many it had already."""

    source: DataSource
    added: int
    present: int


@transaction.atomic
def copy_rules(source: DataSource, *, to: Sequence[DataSource], by: Any) -> list[Copied]:
    """Add the rules of ``source`` to others; what they expect already stays as it is there.

    All of them or none: raises ValidationError that names the rule and the source that refuses it.
    """
    rules = [rule for rule in source.checks.all() if rule.kind in CHECKS]
    return [_copy(rules, target, by) for target in to if target.pk != source.pk]


def _copy(rules: Sequence[Check], target: DataSource, by: Any) -> Copied:
    known = set(target.checks.values_list("identity", flat=True))
    missing = [rule for rule in rules if rule.identity not in known]
    for rule in missing:
        try:
            add_check(target, kind=rule.kind, by=by, **{name: getattr(rule, name) for name in COPIED})
        except (ValidationError, InvalidPlan) as error:
            text = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise ValidationError(
                _("%(name)s: %(label)s %(column)s: %(text)s")
                % {"name": target.name, "label": CHECKS[rule.kind].label, "column": rule.column, "text": text}
            ) from error
    return Copied(target, len(missing), len(rules) - len(missing))
