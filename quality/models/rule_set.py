"""What decided a score besides the data."""

from typing import Any

from django.db import models
from django.utils import timezone

from dataops.engine.score import DEFAULT_WEIGHTS
from dataops.engine.types import Dimension
from dataops.web.sight import SightedManager, hanging_on
from quality.models.source import DataSource


class RuleSet(models.Model):
    """Formula, weights and rules that runs of a source were scored by; written once, never changed."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="rule_sets")
    digest = models.CharField(max_length=64, help_text="SHA-256 of all that follows.")
    formula = models.CharField(max_length=20)
    weights = models.JSONField(help_text="Of each dimension.")
    importance = models.JSONField(default=dict, help_text="Of the columns that do not count 1.")
    rules = models.JSONField(help_text="Each with its id, place, parameters and limits.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SightedManager()
    unseen = hanging_on(source="source")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="rule_set_once")]

    def __str__(self) -> str:
        return f"{len(self.rules)} rules, {self.digest[:8]}"

    @property
    def dimension_weights(self) -> dict[Dimension, float]:
        return {d: self.weights[d.value] for d in DEFAULT_WEIGHTS if d.value in self.weights}

    def changes_since(self, before: "RuleSet") -> list[str]:
        """What differs from an earlier one, in words: formula, weights, importance, rules."""
        words = [
            f"{name} changed"
            for name in ("formula", "weights", "importance")
            if getattr(self, name) != getattr(before, name)
        ]
        old, new = _by_place(before.rules), _by_place(self.rules)
        counts = {
            "added": len(new.keys() - old.keys()),
            "removed": len(old.keys() - new.keys()),
            "changed": sum(old[place] != new[place] for place in old.keys() & new.keys()),
        }
        told = [f"{count} {what}" for what, count in counts.items() if count]
        return [*words, *([f"rules: {', '.join(told)}"] if told else [])]


def _by_place(rules: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rules by what they check; a changed limit is a change, another parameter another rule."""
    return {
        (rule["check"], rule["column"], str(sorted(rule["params"].items())), rule["when"]): {
            name: value for name, value in rule.items() if name != "id"
        }
        for rule in rules
    }
