"""Drift runs: the prediction log of a window against what the version was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dataops.engine.drift import DriftReport, Together
from dataops.engine.drift.betting import CONFIRMED
from dataops.engine.drift.causes import Cause, likely_causes
from dataops.engine.profile import Profile, codec
from dataops.web import runs
from dataops.web.runs import Lease, RunState
from models_registry.enums import DriftOutcome
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion
from models_registry.services.affected import affected_segments
from models_registry.services.choosing import OTHER_REFERENCE, Reference, choose_reference
from models_registry.services.drift_alerts import report_failed_run, report_findings
from models_registry.services.drift_json import report_json
from models_registry.services.earlier import asked_seconds, comparable, earlier_windows, wealth_after
from models_registry.services.judging import judge_window
from models_registry.services.performance import make_good
from models_registry.services.policies import policy_of
from models_registry.services.together import joint_json, look_together
from models_registry.services.windows import CurrentWindow, estimated, profile_window, read_window, realised

NOTHING = Profile(rows=0, duplicate_rows=0, bytes=0, columns=())


def execute_drift_run(run_id: int) -> None:
    """Compare and record; safe to call any number of times."""
    runs.execute(DriftRun, run_id, _check_drift, failed=report_failed_run)


def _check_drift(lease: Lease[DriftRun]) -> None:
    """Read the window, judge it, say why, and keep all of it at once."""
    run = lease.run
    version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
    training = codec.decode(bytes(version.reference_profile))
    window, current = _read(lease, version, training)
    lease.progress(0.95, "comparing")
    judged = _judge(run, version, training, window, current)
    compared, confirmed = judged.compared, judged.wealth >= CONFIRMED
    drifted = [feature for feature in compared.features if feature.drifted]
    causes = likely_causes(judged.reference.profile, current, drifted)
    make_good(version, window.truth_came())
    report = _report(version, window, current, judged, causes)
    with transaction.atomic():
        found = _results(compared, current, window)
        lease.settle(RunState.SUCCEEDED, report=report, wealth=judged.wealth, **found)
        if not run.for_the_record:  # old windows are no news, and would seem newer than the newest
            report_findings(run, version, compared, causes, confirmed=confirmed)


def _read(lease: Lease[DriftRun], version: ModelVersion, training: Profile) -> tuple[CurrentWindow, Profile]:
    signature = Signature.from_dict(version.signature)
    window = read_window(lease.run, signature, lambda done, stage: lease.progress(0.5 * done, stage))
    if not window.table.num_rows:
        return window, NOTHING

    def progress(done: float, _stage: str) -> None:
        lease.progress(0.5 + 0.4 * done, "profiling the window")

    return window, profile_window(window, training, progress)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came out, and compared with what.

    ``whole`` is what whole rows showed, or why nobody looked; ``wealth`` the evidence until this window.
    """

    compared: DriftReport
    reference: Reference
    whole: Together | str
    wealth: float


def _judge(
    run: DriftRun, version: ModelVersion, training: Profile, window: CurrentWindow, current: Profile
) -> _Judged:
    begins_at = window.first or run.created_at
    earlier = earlier_windows(run, window.first) if window.first else []
    usual = comparable(earlier, begins_at=begins_at, last=run.last, seconds=asked_seconds(run))
    policy = policy_of(version.model)
    chosen = choose_reference(run.reference, version, training, usual, begins_at)
    whole = look_together(version, training, window.table, policy) if chosen.is_training else OTHER_REFERENCE
    together = None if isinstance(whole, str) else whole
    compared = judge_window(version, current, chosen, policy, usual, together)
    wealth = wealth_after(earlier, windows=compared.windows, p_value=compared.p_value)
    return _Judged(compared, chosen, whole, wealth)


def _report(
    version: ModelVersion,
    window: CurrentWindow,
    current: Profile,
    judged: _Judged,
    causes: Mapping[str, Cause],
) -> dict[str, Any]:
    """In the shape of the API, see ``report_json``; beside what the row of the run holds itself."""
    signature = Signature.from_dict(version.signature)
    compared, chosen = judged.compared, judged.reference
    names = [feature.name for feature in compared.features if feature.drifted] if chosen.is_training else []
    where = affected_segments(version, signature, window.table, names)
    report = report_json(compared, chosen, current, realised(window, signature), causes, where)
    report["performance"]["estimated"] = estimated(window, version)
    skipped = judged.whole if isinstance(judged.whole, str) else "not enough data"
    return report | {"multivariate": joint_json(compared.joint, skipped)}


def _results(compared: DriftReport, current: Profile, window: CurrentWindow) -> dict[str, Any]:
    enough = compared.status == DriftOutcome.OK
    return {
        "rows": current.rows,
        "current_from": window.first,
        "current_to": window.last,
        "outcome": str(compared.status),
        "drifted": compared.drifted if enough else None,
        "severity": compared.severity or "",
        "share_drifted": compared.share_drifted if enough else None,
        "verdict": compared.verdict,
        "effects": {drift.name: round(drift.magnitude, 3) for drift in compared.features if drift.compared},
        "profile": codec.encode(current),
        "windows": compared.windows,
    }
