"""What counts as missing in a source, and in single columns of it."""

from typing import Any

from dataops.engine.profilers import MissingPolicy
from quality.models import DataSource


def missing_policy_of(source: DataSource) -> MissingPolicy:
    """The words of the source, and the columns that have their own instead."""
    return MissingPolicy(
        tokens=frozenset(source.missing_tokens),
        columns={name: _own(rule) for name, rule in source.column_missing.items()},
    )


def _own(rule: dict[str, Any]) -> MissingPolicy:
    return MissingPolicy(frozenset(rule.get("tokens", ())), rule.get("whitespace", True))
