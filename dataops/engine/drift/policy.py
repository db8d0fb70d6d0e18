"""Compare two windows of a table: which features drifted, how badly, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dataops.engine.drift.combine import benjamini_hochberg
from dataops.engine.drift.detectable import detectable_ks
from dataops.engine.drift.evidence import Evidence, examine
from dataops.engine.drift.judge import judge
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.report import DriftReport, DriftStatus, FeatureDrift
from dataops.engine.drift.rules import DEFAULT, DriftPolicy
from dataops.engine.drift.verdict import verdict
from dataops.engine.drift.windows import ENOUGH, SOME, UNKNOWN, unusual
from dataops.engine.profile import ColumnProfile, Profile

__all__ = ["DriftPolicy", "compare"]


def compare(
    reference: Profile,
    current: Profile,
    policy: DriftPolicy | None = None,
    importances: Mapping[str, float] | None = None,
    windows: Sequence[Profile] = (),
) -> DriftReport:
    """Compare the current window with the reference, column by column of the reference.

    ``current`` must be profiled ``like`` the reference, on its bins and categories; InspectionError says
    so when it is not. ``importances`` are weights of the model's features, >= 0, on any one scale; a
    column that they leave out weighs 0 and is still reported. ``windows`` are earlier windows in which
    nothing was wrong, profiled like the reference and comparable with the current one: from five on
    they, not the rows, are the measure of what is unusual.
    """
    policy = policy or DriftPolicy()
    if len(windows) < SOME or policy.threshold is not None:
        windows = ()
    if reference.rows < policy.minimum_reference or current.rows < policy.minimum_current:
        features, status = _uncompared(reference, importances), DriftStatus.NOT_ENOUGH_DATA
    else:
        features, status = _features(reference, current, policy, importances, windows), DriftStatus.OK
    drifted = [feature for feature in features if feature.drifted]
    compared = sum(feature.compared for feature in features)
    severities = [feature.severity for feature in drifted if feature.severity]
    report = DriftReport(
        drifted=bool(drifted),
        severity=max(severities, key=lambda severity: severity.rank, default=None),
        share_drifted=len(drifted) / compared if compared else 0.0,
        status=status,
        method=policy.method,
        rows_reference=reference.rows,
        rows_current=current.rows,
        detectable_effect=None if windows else _detectable(reference, current, policy),
        windows=len(windows),
        features=tuple(sorted(features, key=_attention)),
        verdict="",
    )
    return replace(report, verdict=verdict(report, policy))


def _features(
    reference: Profile,
    current: Profile,
    policy: DriftPolicy,
    importances: Mapping[str, float] | None,
    windows: Sequence[Profile],
) -> list[FeatureDrift]:
    found = [examine(column, current.column(column.name), policy) for column in reference.columns]
    if windows:
        seen = unusual(windows, current)
        found = [one.by_windows(seen.get(one.reference.name, UNKNOWN)) for one in found]
    # Compared with windows, p-values hold for all columns together as they are.
    adjusted = [one.p_value for one in found] if len(windows) >= ENOUGH else _adjusted(found)
    level = policy.level(len(windows))
    judged = [
        judge(evidence, p, policy, _importance(evidence.reference.name, importances), level=level)
        for evidence, p in zip(found, adjusted, strict=True)
    ]
    return judged + _added(reference, current)


def _adjusted(found: Sequence[Evidence]) -> list[float | None]:
    """p-values corrected for the number of columns tested, in the order of ``found``."""
    tested = [evidence.p_value for evidence in found if evidence.p_value is not None]
    corrected = iter(benjamini_hochberg(tested))
    return [None if evidence.p_value is None else next(corrected) for evidence in found]


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
