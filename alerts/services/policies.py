"""Setting up policies."""

from typing import Any

from django.db import transaction

from alerts.models import Policy
from alerts.services.matching import clean_match
from dataops.web import audit


@transaction.atomic
def create_policy(*, name: str, by: Any, match: Any = None, **fields: Any) -> Policy:
    """``fields`` are those of ``Policy``; ValidationError with the field."""
    policy = Policy(name=name, match=clean_match(match or {}), **fields)
    policy.full_clean()
    policy.save()
    audit.record("policy.created", by=by, target=policy, changes=_shown(policy))
    return policy


@transaction.atomic
def update_policy(policy: Policy, *, by: Any, **changes: Any) -> Policy:
    """Change any argument of ``create_policy``; the next report counts by it."""
    if "match" in changes:
        changes["match"] = clean_match(changes["match"] or {})
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.full_clean()
    policy.save()
    audit.record("policy.changed", by=by, target=policy, changes=_shown(policy))
    return policy


@transaction.atomic
def delete_policy(policy: Policy, *, by: Any) -> None:
    audit.record("policy.deleted", by=by, target=policy, changes=_shown(policy))
    policy.delete()


def _shown(policy: Policy) -> dict[str, Any]:
    return {
        "match": policy.match,
        "position": policy.position,
        "open_after": policy.open_after,
        "open_within": policy.open_within,
        "resolve_after": policy.resolve_after,
        "recover_margin": policy.recover_margin,
        "severity": str(policy.severity),
        "reason": policy.reason,
        "runbook_url": policy.runbook_url,
    }
