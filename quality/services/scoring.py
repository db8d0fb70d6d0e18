"""What scores are judged by: thresholds and weights for everybody, and the rule set kept with each run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.inspection import Plan
from dataops.engine.score import DEFAULT_WEIGHTS
from dataops.engine.types import Dimension
from dataops.web import global_settings
from dataops.web.declared import Group, Setting
from dataops.web.templatetags.ui import decimal
from dataops.web.words import lazy as _
from quality.models import DataSource, RuleSet
from quality.services.standing import restate

THRESHOLDS, WEIGHTS = "quality.thresholds", "quality.weights"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A score is good from ``alert_below`` on, bad under ``critical_below``, in between a warning."""

    alert_below: float = 0.9
    critical_below: float = 0.7


_FRACTION = {"min_value": 0, "max_value": 1}
_GOOD = Setting(
    THRESHOLDS,
    "alert_below",
    _("Good from"),
    _("From here on a score is good; a run that scores less opens an alert."),
    Thresholds().alert_below,
    limits=_FRACTION,
)
_BAD = Setting(
    THRESHOLDS,
    "critical_below",
    _("Bad below"),
    _("Under this a score is bad; a run that scores less opens a critical alert."),
    Thresholds().critical_below,
    limits=_FRACTION,
)


def thresholds() -> Thresholds:
    """Those of every source that has none of its own."""
    return Thresholds(**global_settings.read(THRESHOLDS, asdict(Thresholds())))


def weights() -> dict[Dimension, float]:
    """How much each dimension counts in the scores of runs from now on."""
    stored = global_settings.read(WEIGHTS, {})
    return {dimension: stored.get(dimension.value, weight) for dimension, weight in DEFAULT_WEIGHTS.items()}


@transaction.atomic
def set_thresholds(*, alert_below: float, critical_below: float, by: Any) -> None:
    """Change them for every source that follows them; raises ValidationError when they do not fit."""
    _check_fractions({"alert_below": alert_below, "critical_below": critical_below})
    if critical_below > alert_below:
        raise ValidationError(
            {
                "critical_below": _("%(bad)s is above the good threshold %(good)s.")
                % {"bad": decimal(critical_below, 2), "good": decimal(alert_below, 2)}
            }
        )
    new = {"alert_below": alert_below, "critical_below": critical_below}
    if global_settings.write(THRESHOLDS, new, default=asdict(Thresholds()), by=by):
        followers = DataSource.objects.filter(own_thresholds=False)
        followers.update(**new)
        restate(followers)


def set_weights(given: Mapping[str, float], *, by: Any) -> None:
    """Change some of the weights; only their proportions count. Raises ValidationError."""
    before = {dimension.value: weight for dimension, weight in weights().items()}
    unknown = {name: f"{name} is no dimension; known: {', '.join(before)}." for name in given.keys() - before}
    if unknown:
        raise ValidationError(unknown)
    _check_fractions(given)
    new = before | {name: float(value) for name, value in given.items()}
    if not any(new.values()):
        raise ValidationError(_("At least one dimension has to count."))
    global_settings.write(WEIGHTS, new, default=before, by=by)


@transaction.atomic
def set_scoring(
    *,
    by: Any,
    alert_below: float | None = None,
    critical_below: float | None = None,
    weights: Mapping[str, float] | None = None,
) -> None:
    """Change what is given of thresholds and weights, all of it or nothing; raises ValidationError."""
    now = thresholds()
    if alert_below is not None or critical_below is not None:
        set_thresholds(
            alert_below=now.alert_below if alert_below is None else alert_below,
            critical_below=now.critical_below if critical_below is None else critical_below,
            by=by,
        )
    if weights:
        set_weights(weights, by=by)


THRESHOLD_SETTINGS = Group(
    key="thresholds",
    title=_("Good, warning, bad"),
    page="settings:scoring",
    settings=(_GOOD, _BAD),
    now=lambda: asdict(thresholds()),
    change=lambda values, by: set_scoring(by=by, **values),
)
WEIGHT_SETTINGS = Group(
    key="weights",
    title=_("Weights of the score"),
    page="settings:scoring",
    settings=tuple(
        Setting(
            WEIGHTS,
            dimension.value,
            dimension.value,
            _("What this dimension counts in the score; only the proportions matter."),
            weight,
            limits=_FRACTION,
        )
        for dimension, weight in DEFAULT_WEIGHTS.items()
    ),
    now=lambda: {dimension.value: weight for dimension, weight in weights().items()},
    change=lambda values, by: set_weights(values, by=by),
)


def _check_fractions(given: Mapping[str, float]) -> None:
    wrong = {
        name: _("%(value)s is not between 0 and 1.") % {"value": value}
        for name, value in given.items()
        if not 0 <= value <= 1
    }
    if wrong:
        raise ValidationError(wrong)


def rule_set_of(source: DataSource, plan: Plan, formula: str) -> RuleSet:
    """The stored form of what a plan scores by; equal ones are one row."""
    kept = {
        "formula": formula,
        "weights": {dimension.value: weight for dimension, weight in plan.weights.items()},
        "importance": dict(plan.importance),
        "rules": sorted((_rule(spec) for spec in plan.checks), key=lambda rule: json.dumps(rule)),
    }
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    return RuleSet.objects.get_or_create(source=source, digest=digest, defaults=kept)[0]


def _rule(spec: CheckSpec) -> dict[str, Any]:
    check = CHECKS[spec.check]
    return {
        "check": spec.check,
        "column": spec.column,
        "params": dict(spec.params),
        "when": spec.when,
        "limits": asdict(spec.limits or check.default_limits),
        "severity": (spec.severity or check.severity).value,
        "weight": spec.weight,
        "critical": spec.critical,
        "dimension": (spec.dimension or check.dimension).value,
        "id": spec.id,
    }
