"""Drift runs: the prediction log of a window against what the version was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from dataops.engine.drift import FeatureDrift, Together, Window
from dataops.engine.drift.betting import CONFIRMED
from dataops.engine.drift.causes import Cause, likely_causes
from dataops.engine.profile import Profile, codec
from dataops.web import runs
from dataops.web.runs import Lease, RunState
from models_registry.enums import DriftOutcome, ReferenceKind
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion
from models_registry.services.affected import affected_segments
from models_registry.services.batch_log import file_waiting
from models_registry.services.choosing import OTHER_REFERENCE, Reference, choose_reference
from models_registry.services.datasets import read_dataset
from models_registry.services.drift_alerts import report_failed_run, report_findings
from models_registry.services.drift_json import report_json
from models_registry.services.earlier import Earlier, asked_seconds, comparable, wealth_after
from models_registry.services.falls import Performance
from models_registry.services.judging import Judgement, judge_window
from models_registry.services.outcomes import reference_with_outcomes, with_chances, with_outcomes
from models_registry.services.performance import make_good
from models_registry.services.policies import policy_of
from models_registry.services.tables import DERIVED
from models_registry.services.together import joint_json, look_together
from models_registry.services.windows import (
    CurrentWindow,
    estimated,
    profile_once,
    profile_window,
    read_window,
    realised,
)

NOTHING = Profile(rows=0, duplicate_rows=0, bytes=0, columns=())


def execute_drift_run(run_id: int) -> None:
    """Compare and record; safe to call any number of times."""
    runs.execute(DriftRun, run_id, _check_drift, failed=report_failed_run)


def _check_drift(lease: Lease[DriftRun]) -> None:
    """Read the window, judge it, say why, and keep all of it at once."""
    run = lease.run
    run.version = version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
    training = codec.decode(bytes(version.reference_profile))
    file_waiting(version.model_id)
    window, current = _read(lease, version, training)
    lease.progress(0.95, "comparing")
    judged = _judge(run, version, training, window, current)
    once = profile_once(window, current, training) if judged.drifted_columns else None
    causes = likely_causes(judged.reference.profile, current, judged.drifted_columns, once)
    make_good(version, window.truth_came())
    report = _report(version, window, judged, causes)
    with transaction.atomic():
        found = _results(judged, window)
        lease.settle(RunState.SUCCEEDED, report=report, wealth=judged.wealth, **found)
        if not run.for_the_record:  # old windows are no news, and would seem newer than the newest
            report_findings(run, version, judged.found, causes, confirmed=judged.is_confirmed)


def _read(lease: Lease[DriftRun], version: ModelVersion, training: Profile) -> tuple[CurrentWindow, Profile]:
    signature = Signature.from_dict(version.signature)
    read = read_dataset if lease.run.source_name else read_window
    window = read(lease.run, signature, lambda done, stage: lease.progress(0.5 * done, stage))
    if not window.table.num_rows:
        return window, NOTHING

    def progress(done: float, _stage: str) -> None:
        lease.progress(0.5 + 0.4 * done, "profiling the window")

    return window, profile_window(window, training, progress)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came out of the window ``current``, and compared with what.

    ``whole`` is what whole rows showed, or why nobody looked; ``wealth`` the evidence until this window.
    """

    found: Judgement
    current: Profile
    performance: Performance
    reference: Reference
    whole: Together | str
    wealth: float

    @property
    def is_confirmed(self) -> bool:
        return self.wealth >= CONFIRMED

    @property
    def drifted_columns(self) -> list[FeatureDrift]:
        """Those of the window's rows; what was derived is no column that a cause could be found for."""
        features = self.found.report.features
        return [feature for feature in features if feature.drifted and feature.name not in DERIVED]


def _judge(
    run: DriftRun, version: ModelVersion, training: Profile, window: CurrentWindow, current: Profile
) -> _Judged:
    begins_at, seconds = window.first or run.created_at, asked_seconds(run)
    earlier = Earlier(version.pk, begins_at, run.snapshot.source_id if run.snapshot else None)
    alike = partial(comparable, begins_at=begins_at, last=run.last, seconds=seconds)
    usual = before = alike(earlier.newest)
    if run.reference == ReferenceKind.SEASON:
        before = alike(earlier.of_the_season(begins_at, seconds))
    policy, signature = policy_of(version.model), Signature.from_dict(version.signature)
    reference = reference_with_outcomes(version, training)
    chosen = choose_reference(
        run.reference, version, reference, before, begins_at, least=policy.minimum_reference
    )
    whole = look_together(version, training, window.table, policy) if chosen.is_training else OTHER_REFERENCE
    current = with_chances(current, reference, signature, window.answered)
    if len(window.labelled) >= policy.minimum_current:
        current = with_outcomes(current, reference, signature, window.outcomes)
    performance = {"realised": realised(window, signature), "estimated": estimated(window, version)}
    seen = Window(current, None if isinstance(whole, str) else whole)
    found = judge_window(version, seen, performance, chosen, policy, usual)
    wealth = wealth_after(earlier.newest, windows=found.report.windows, p_value=found.report.p_value)
    return _Judged(found, current, performance, chosen, whole, wealth)


def _report(
    version: ModelVersion, window: CurrentWindow, judged: _Judged, causes: Mapping[str, Cause]
) -> dict[str, Any]:
    """In the shape of the API, see ``report_json``; beside what the row of the run holds itself."""
    compared, chosen = judged.found.report, judged.reference
    names = [feature.name for feature in judged.drifted_columns] if chosen.is_training else []
    where = affected_segments(version, Signature.from_dict(version.signature), window.table, names)
    skipped = judged.whole if isinstance(judged.whole, str) else "not enough data"
    return report_json(compared, chosen, judged.current, causes, where) | {
        "performance": {**judged.performance, "judged": [fall.told() for fall in judged.found.falls]},
        "truth": window.truth_told(),
        "multivariate": joint_json(compared.joint, skipped),
        "gross": judged.found.is_gross,
        "worst": judged.found.severity,
    }


def _results(judged: _Judged, window: CurrentWindow) -> dict[str, Any]:
    compared, current = judged.found.report, judged.current
    enough = compared.status == DriftOutcome.OK
    return {
        "rows": current.rows,
        "current_from": window.first,
        "current_to": window.last,
        "outcome": str(compared.status),
        "drifted": judged.found.drifted if enough else None,
        "severity": judged.found.told_severity(confirmed=judged.is_confirmed) or "",
        "share_drifted": compared.share_drifted if enough else None,
        "verdict": judged.found.verdict,
        "effects": {drift.name: round(drift.magnitude, 3) for drift in compared.features if drift.compared},
        "profile": codec.encode(current),
        "windows": compared.windows,
    }
