"""Taking suggestions or leaving them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dataops.engine.checks import CHECKS
from dataops.web import audit
from dataops.web.words import lazy as _
from quality.enums import SuggestionState
from quality.models import Check, DataSource, SuggestedRule
from quality.models.check import identity_of
from quality.services.rules import add_check

NOTE_LENGTH = 300


@transaction.atomic
def accept_suggestions(
    source: DataSource,
    *,
    by: Any,
    ids: Iterable[int] | None = None,
    edits: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[Check]:
    """Make rules of the proposed suggestions named by ``ids`` (all of them when None).

    ``edits`` changes some of them: column, params, when, warn, fail and whatever else a rule has. All
    become rules or none: raises InvalidPlan for parameters the check does not take, ValidationError for
    other wrong values.
    """
    changed = edits or {}
    made = []
    for suggestion in _proposed(source, ids):
        fields = {"params": suggestion.params, "warn": suggestion.warn, "fail": suggestion.fail}
        fields |= {"column": suggestion.column, "note": suggestion.evidence[:NOTE_LENGTH]}
        fields |= dict(changed.get(suggestion.pk, {}))
        rule = _existing(suggestion, fields) or add_check(source, kind=suggestion.kind, by=by, **fields)
        suggestion.state, suggestion.accepted_as = SuggestionState.ACCEPTED, rule
        suggestion.save(update_fields=["state", "accepted_as"])
        made.append(rule)
    return made


@transaction.atomic
def dismiss_suggestions(source: DataSource, *, by: Any, ids: Iterable[int] | None = None) -> int:
    """Do not propose them again; returns how many there were."""
    left = _proposed(source, ids)
    SuggestedRule.objects.filter(pk__in=[one.pk for one in left]).update(state=SuggestionState.DISMISSED)
    if left:
        audit.record("suggestions.dismissed", by=by, target=source, changes={"count": len(left)})
    return len(left)


def _proposed(source: DataSource, ids: Iterable[int] | None) -> list[SuggestedRule]:
    """Raises ValidationError for an id that is none of this source's open suggestions."""
    rows = source.suggested_rules.proposed().select_for_update()
    if ids is None:
        return list(rows)
    wanted = set(ids)
    found = list(rows.filter(pk__in=wanted))
    if unknown := wanted - {one.pk for one in found}:
        raise ValidationError(
            {"ids": _("%(number)s is no open suggestion of this source.") % {"number": min(unknown)}}
        )
    return found


def _existing(suggestion: SuggestedRule, fields: Mapping[str, Any]) -> Check | None:
    """The same rule, made by hand in the meantime."""
    identity = identity_of(suggestion.kind, fields["column"], fields["params"], fields.get("when", ""))
    return suggestion.source.checks.filter(identity=identity).first()


def rule_of(suggestion: SuggestedRule) -> Check:
    """The rule that accepting it would make; not stored."""
    return Check(
        source=suggestion.source,
        kind=suggestion.kind,
        column=suggestion.column,
        params=suggestion.params,
        warn=suggestion.warn,
        fail=suggestion.fail,
        severity=CHECKS[suggestion.kind].severity.value,
        note=suggestion.evidence[:NOTE_LENGTH],
    )
