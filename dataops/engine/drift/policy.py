"""Compare two windows of a table: which features drifted, how badly, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from dataops.engine.drift.combine import benjamini_hochberg
from dataops.engine.drift.detectable import detectable_ks
from dataops.engine.drift.evidence import examine
from dataops.engine.drift.joint import Whole, joint_p_value, judge_joint
from dataops.engine.drift.judge import judge
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.report import DriftReport, DriftStatus, FeatureDrift, JointDrift
from dataops.engine.drift.rules import DEFAULT, DriftPolicy
from dataops.engine.drift.together import Together
from dataops.engine.drift.verdict import verdict
from dataops.engine.drift.windows import ENOUGH, SOME, TOGETHER, UNKNOWN, Unusual, unusual
from dataops.engine.profile import ColumnProfile, Profile

__all__ = ["DriftPolicy", "Window", "compare"]


@dataclass(frozen=True, slots=True)
class Window:
    """Profile of a window, and what its rows beside the reference's show of how columns go together."""

    profile: Profile
    together: Together | None = None

    @classmethod
    def of(cls, known: Profile | Self) -> Self:
        """As it is; of a bare profile one whose rows nobody looked at."""
        return cls(known) if isinstance(known, Profile) else known


def compare(
    reference: Profile,
    current: Profile | Window,
    policy: DriftPolicy | None = None,
    importances: Mapping[str, float] | None = None,
    windows: Sequence[Profile | Window] = (),
) -> DriftReport:
    """Compare the current window with the reference, column by column of the reference.

    ``current`` must be profiled ``like`` the reference, on its bins and categories; InspectionError says
    so when it is not. ``importances`` are weights of the model's features, >= 0, on any one scale; a
    column that they leave out weighs 0 and is still reported. ``windows`` are earlier windows in which
    nothing was wrong, profiled like the reference and comparable with the current one: from five on
    they, not the rows, are the measure of what is unusual. How columns go together is a matter of the default
    method alone.
    """
    policy, now = policy or DriftPolicy(), Window.of(current)
    by_windows = policy.threshold is None
    usual = [Window.of(window) for window in windows] if by_windows and len(windows) >= SOME else []
    joint = None
    if reference.rows < policy.minimum_reference or now.profile.rows < policy.minimum_current:
        features, status = _uncompared(reference, importances), DriftStatus.NOT_ENOUGH_DATA
    else:
        features, joint = _judged(reference, now, policy, importances, usual)
        status = DriftStatus.OK
    drifted = [feature for feature in features if feature.drifted]
    compared = sum(feature.compared for feature in features)
    severities = [one.severity for one in [*drifted, joint] if one and one.severity]
    report = DriftReport(
        drifted=bool(drifted or (joint and joint.drifted)),
        severity=max(severities, key=lambda severity: severity.rank, default=None),
        share_drifted=len(drifted) / compared if compared else 0.0,
        status=status,
        method=policy.method,
        rows_reference=reference.rows,
        rows_current=now.profile.rows,
        detectable_effect=None if usual else _detectable(reference, now.profile, policy),
        windows=len(usual),
        calibrating=by_windows and not usual,
        features=tuple(sorted(features, key=_attention)),
        verdict="",
        joint=joint,
    )
    return replace(report, verdict=verdict(report, policy))


def _judged(
    reference: Profile,
    window: Window,
    policy: DriftPolicy,
    importances: Mapping[str, float] | None,
    windows: Sequence[Window],
) -> tuple[list[FeatureDrift], JointDrift | None]:
    current, whole = window.profile, None
    if window.together is not None and policy.method == DEFAULT:
        whole = Whole(window.together, [one.together for one in windows])
    found = [examine(column, current.column(column.name), policy) for column in reference.columns]
    seen: dict[str, Unusual] = {}
    if windows:
        profiles = [one.profile for one in windows]
        seen = unusual(profiles, current, whole.among_windows() if whole else None)
        found = [one.by_windows(seen.get(one.reference.name, UNKNOWN)) for one in found]
    p_values = [evidence.p_value for evidence in found]
    if whole is not None:
        p_values.append(joint_p_value(whole.together, seen.get(TOGETHER, UNKNOWN) if windows else None))
    # Compared with windows, p-values hold for all columns together as they are.
    adjusted = p_values if len(windows) >= ENOUGH else _adjusted(p_values)
    level = policy.level(len(windows))
    features = [
        judge(evidence, p, policy, _importance(evidence.reference.name, importances), level=level)
        for evidence, p in zip(found, adjusted, strict=False)
    ]
    joint = None
    if whole is not None:
        is_beyond = seen.get(TOGETHER, UNKNOWN).is_beyond
        joint = judge_joint(whole.together, adjusted[-1], policy, level=level, is_beyond=is_beyond)
    return features + _added(reference, current), joint


def _adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """p-values corrected for how many there are, in the order given; None where no test was made."""
    corrected = iter(benjamini_hochberg([p for p in p_values if p is not None]))
    return [None if p is None else next(corrected) for p in p_values]


def _uncompared(reference: Profile, importances: Mapping[str, float] | None) -> list[FeatureDrift]:
    return [
        _untested(column, "not enough data", _importance(column.name, importances))
        for column in reference.columns
    ]


def _added(reference: Profile, current: Profile) -> list[FeatureDrift]:
    known = set(reference.names)
    return [
        _untested(column, "not in the reference") for column in current.columns if column.name not in known
    ]


def _untested(column: ColumnProfile, reason: str, importance: float | None = None) -> FeatureDrift:
    return FeatureDrift(
        name=column.name,
        kind=Kind.of(column.type),
        drifted=False,
        significant=False,
        reason=f"not compared: {reason}",
        importance=importance,
    )


def _importance(name: str, importances: Mapping[str, float] | None) -> float | None:
    return None if importances is None else importances.get(name, 0.0)


def _detectable(reference: Profile, current: Profile, policy: DriftPolicy) -> float | None:
    if policy.method not in (DEFAULT, "ks") or policy.threshold is not None:
        return None
    # The first column to be found must pass the strictest step of the correction, and the floor.
    level = policy.q / max(len(reference.columns), 1)
    found = detectable_ks(reference.rows, current.rows, level=level)
    return None if found is None else max(found, policy.floor("ks"))


def _attention(feature: FeatureDrift) -> tuple[bool, float, bool, float, str]:
    """Sort key: drifted ones first, by effect x importance; then what differs at least."""
    return not feature.drifted, -feature.weight, not feature.significant, -feature.magnitude, feature.name
