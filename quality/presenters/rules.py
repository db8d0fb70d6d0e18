"""Rules and kinds of checks as rows."""

from collections.abc import Iterable
from typing import Any

from dataops.engine.checks import CHECKS
from dataops.engine.types import Dimension
from dataops.web.words import lazy as _
from quality import services
from quality.models import BacktestRun, Check, CheckRun, DataSource, SuggestedRule
from quality.selectors import SuggestionGroup


def rule_rows(source: DataSource) -> list[dict[str, Any]]:
    """Every rule with its sentence; those whose plug-in is gone are left out."""
    return [
        {
            "rule": rule,
            "check": CHECKS[rule.kind],
            "dimension": rule.dimension or CHECKS[rule.kind].dimension,
            "sentence": services.describe(services.spec_of(rule)),
        }
        for rule in source.checks.all()
        if rule.kind in CHECKS
    ]


def kind_rows(dimension: Dimension) -> list[dict[str, str]]:
    """Kinds of checks of a dimension, with the first sentence of what they measure."""
    return [
        {
            "key": check.key,
            "label": check.label,
            "about": (type(check).__doc__ or "").split("\n\n")[0].replace("``", "").strip(),
        }
        for check in CHECKS
        if check.dimension == dimension
    ]


def group_rows(groups: Iterable[SuggestionGroup]) -> list[dict[str, Any]]:
    """Suggestions by column, each with its settings and limits in words."""
    return [{"group": group, "rows": [_suggestion_row(one) for one in group.shown]} for group in groups]


def _suggestion_row(suggestion: SuggestedRule) -> dict[str, Any]:
    """Without words where the plug-in is gone that knew them."""
    if suggestion.kind not in CHECKS:
        return {"one": suggestion, "settings": "", "limits": _("not installed any more")}
    spec = services.spec_of(services.rule_of(suggestion))
    return {
        "one": suggestion,
        "settings": ", ".join(services.described_settings(spec)),
        "limits": services.described_limits(spec),
    }


def drafted_sentence(job: BacktestRun) -> str:
    """The rule that is tried, in words; its key where the plug-in is gone that knew them."""
    if job.kind not in CHECKS:
        return job.kind
    return services.describe(services.spec_of(Check(kind=job.kind, **job.fields)))


def trial_rows(job: BacktestRun) -> list[tuple[CheckRun, dict[str, Any]]]:
    """Each run that is still there with what the rule said of it; one query."""
    found = CheckRun.objects.in_bulk([trial["run"] for trial in job.trials])
    return [(found[trial["run"]], trial) for trial in job.trials if trial["run"] in found]
