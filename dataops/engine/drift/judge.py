"""From evidence to a decision about one column."""

from dataops.engine.drift.cells import unseen_values
from dataops.engine.drift.evidence import Evidence
from dataops.engine.drift.missing_rate import unusable_fraction
from dataops.engine.drift.reason import reason
from dataops.engine.drift.report import Component, FeatureDrift
from dataops.engine.drift.rules import DriftPolicy, severity_of
from dataops.engine.types import Severity


def judge(
    evidence: Evidence,
    p_adjusted: float | None,
    policy: DriftPolicy,
    importance: float | None,
    *,
    level: float,
) -> FeatureDrift:
    """Whether the column drifted, how badly, and the sentence that says so.

    ``p_adjusted`` is the evidence's p-value after the correction for the number of columns, significant up to
    ``level``.
    """
    if evidence.broken:
        return _broken(evidence, policy, importance)
    significant = p_adjusted is not None and p_adjusted <= level
    guilty = _guilty(evidence, significant, policy, level)
    material = [c for c in guilty if c.magnitude >= 1 or policy.threshold is not None]
    leading = max(material or guilty, key=lambda c: c.magnitude, default=_likeliest(evidence))
    return FeatureDrift(
        name=evidence.reference.name,
        kind=evidence.kind,
        drifted=bool(material),
        significant=significant,
        reason=reason(evidence, significant, material, leading),
        severity=_severity(leading) if material and leading else None,
        method=leading.method if leading else "",
        statistic=leading.statistic if leading else None,
        p_value=evidence.p_value,
        p_adjusted=p_adjusted,
        effect=leading.effect if leading else None,
        threshold=_limit(leading, policy) if leading else None,
        magnitude=leading.magnitude if leading else 0.0,
        importance=importance,
        missing_change=_missing_change(evidence),
        new_values=_new_values(evidence),
        components=evidence.components,
        is_beyond=evidence.is_beyond,
    )


def _guilty(evidence: Evidence, significant: bool, policy: DriftPolicy, level: float) -> list[Component]:
    """Components that show a difference, be it small.

    A significant column always has a component with p <= level, since the combination never is smaller than
    the smallest of its parts. The effects of the others may be mere noise.
    """
    if policy.threshold is not None:
        return [c for c in evidence.components if _passes(c, policy.threshold)]
    tests = [c for c in evidence.components if c.p_value is not None and significant and c.p_value <= level]
    return tests + [c for c in evidence.components if c.p_value is None and c.magnitude >= 1]


def _likeliest(evidence: Evidence) -> Component | None:
    """Where nothing differs for certain, the component that comes closest."""
    return min(evidence.components, key=lambda c: 1.0 if c.p_value is None else c.p_value, default=None)


def _passes(component: Component, threshold: float) -> bool:
    return component.magnitude >= 1 if component.p_value is None else component.p_value <= threshold


def _severity(leading: Component) -> Severity:
    # Only a threshold of the user's own lets through an effect under the floor.
    return severity_of(leading.magnitude) or Severity.INFO


def _limit(leading: Component, policy: DriftPolicy) -> float:
    is_test = leading.p_value is not None
    return policy.threshold if policy.threshold is not None and is_test else leading.floor


def _broken(evidence: Evidence, policy: DriftPolicy, importance: float | None) -> FeatureDrift:
    """A column that is gone or no longer of its type: to a model as bad as losing all its values."""
    return FeatureDrift(
        name=evidence.reference.name,
        kind=evidence.kind,
        drifted=True,
        significant=True,
        reason=evidence.broken,
        severity=Severity.CRITICAL,
        magnitude=1 / policy.floor("missing_rate"),
        is_beyond=True,
        importance=importance,
        missing_change=_missing_change(evidence),
    )


def _missing_change(evidence: Evidence) -> float | None:
    if evidence.current is None or not evidence.current.rows:
        return None
    return unusable_fraction(evidence.current) - unusable_fraction(evidence.reference)


def _new_values(evidence: Evidence) -> tuple[str, ...]:
    measured = any(component.method == "new_category" for component in evidence.components)
    if evidence.current is None or not measured or not evidence.reference.frequent.complete:
        return ()
    return tuple(unseen.value for unseen in unseen_values(evidence.reference, evidence.current))
