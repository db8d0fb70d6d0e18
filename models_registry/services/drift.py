"""Drift runs: the prediction log of a window against what the version was trained on."""

from datetime import datetime
from typing import Any

from django.db import transaction

from dataops.engine.drift import DriftReport, compare
from dataops.engine.drift.betting import CONFIRMED
from dataops.engine.drift.causes import likely_causes
from dataops.engine.profile import Profile, codec
from dataops.web import audit, runs
from dataops.web.runs import Lease, RunState, Trigger
from models_registry.enums import DriftOutcome
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion
from models_registry.services.affected import affected_segments
from models_registry.services.choosing import OTHER_REFERENCE, choose_reference, reference_kind
from models_registry.services.drift_alerts import report_failed_run, report_findings
from models_registry.services.drift_json import report_json
from models_registry.services.earlier import asked_seconds, comparable, earlier_windows, wealth_after
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.performance import make_good
from models_registry.services.policies import policy_of
from models_registry.services.tables import PREDICTION
from models_registry.services.together import joint_json, look_together
from models_registry.services.windows import CurrentWindow, estimated, profile_window, read_window, realised

DEFAULT_LAST = 5_000
MOST_LAST = 500_000

NOTHING = Profile(rows=0, duplicate_rows=0, bytes=0, columns=())


def request_drift_run(
    *,
    version: ModelVersion,
    window_from: datetime | None = None,
    window_to: datetime | None = None,
    last: int | None = None,
    reference: str | None = None,
    by: Any = None,
    trigger: str = Trigger.MANUAL,
) -> DriftRun:
    """Queue a comparison of a window, or of the ``last`` predictions (5,000 when nothing is said).

    ``reference`` is a ReferenceKind, by default what the settings of the model say.

    Raises NotAccepted for a window that cannot be one, NotPossible when the version is not ready.
    """
    if not version.is_ready:
        raise NotPossible(f"{version} is {version.state}; there is nothing to compare with yet.")
    if ModelVersion.objects.filter(pk=version.pk, reference_profile=b"").exists():
        raise NotPossible(f"{version} came without reference data; there is nothing to compare with.")
    if window_from is None and window_to is None:
        last = DEFAULT_LAST if last is None else last
    elif last is not None:
        raise NotAccepted("Give either last, or from and to, not both.")
    if last is not None and not 1 <= last <= MOST_LAST:
        raise NotAccepted(f"last is {last}; give a number from 1 to {MOST_LAST:,}.")
    if window_from is not None and window_to is not None and window_from >= window_to:
        raise NotAccepted("The window ends before it starts; from must be earlier than to.")
    gone = version.model.predictions_from
    if window_to is not None and gone is not None and window_to <= gone:
        raise NotPossible(f"The predictions from before {gone:%Y-%m-%d} were removed; choose a later window.")
    with transaction.atomic():
        run = DriftRun.objects.create(
            version=version,
            window_from=window_from,
            window_to=window_to,
            last=last,
            reference=reference or reference_kind(version.model),
            requested_by=by,
            trigger=trigger,
        )
        audit.record("drift.requested", by=by, target=run)
        runs.nudge_on_commit(run)
    return run


def execute_drift_run(run_id: int) -> None:
    """Compare and record; safe to call any number of times."""
    runs.execute(DriftRun, run_id, _check_drift, failed=report_failed_run)


def _check_drift(lease: Lease) -> None:
    run = lease.run
    version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
    signature = Signature.from_dict(version.signature)
    training = codec.decode(bytes(version.reference_profile))
    window = read_window(run, signature, lambda done, stage: lease.progress(0.5 * done, stage))
    current = NOTHING
    if window.table.num_rows:
        current = profile_window(
            window, training, lambda done, stage: lease.progress(0.5 + 0.4 * done, "profiling the window")
        )
    lease.progress(0.95, "comparing")
    earlier = earlier_windows(run, window.first) if window.first else []
    usual = comparable(
        earlier, begins_at=window.first or run.created_at, last=run.last, seconds=asked_seconds(run)
    )
    policy = policy_of(version.model)
    begins_at = window.first or run.created_at
    chosen = choose_reference(run.reference, version, training, usual, begins_at)
    reference = chosen.profile
    whole = look_together(version, training, window.table, policy) if chosen.is_training else OTHER_REFERENCE
    compared = compare(
        reference,
        current,
        policy,
        # The prediction leads the ranking whatever the features weigh: it is what people act on.
        version.importances | {PREDICTION: 1.0},
        [past.profile for past in usual],
        None if isinstance(whole, str) else whole,
        [past.together for past in usual],
    )
    drifted = [feature for feature in compared.features if feature.drifted]
    causes = likely_causes(reference, current, drifted)
    names = [feature.name for feature in drifted] if chosen.is_training else []
    where = affected_segments(version, signature, window.table, names)
    report = report_json(compared, chosen, current, realised(window, signature), causes, where)
    evidence = wealth_after(earlier, windows=compared.windows, p_value=compared.p_value)
    make_good(version, window.truth_came())
    report["performance"]["estimated"] = estimated(window, version)
    report["multivariate"] = joint_json(
        compared.joint, whole if isinstance(whole, str) else "not enough data"
    )
    with transaction.atomic():
        lease.settle(
            RunState.SUCCEEDED, report=report, wealth=evidence, **_results(compared, current, window)
        )
        report_findings(run, version, compared, causes, confirmed=evidence >= CONFIRMED)


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
        "profile": codec.encode(current),
        "windows": compared.windows,
    }


@transaction.atomic
def cancel_drift_run(*, run: DriftRun, by: Any) -> bool:
    """Stop a run; a running one stops at its next report of progress. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("drift.cancelled", by=by, target=run)
    return changed
