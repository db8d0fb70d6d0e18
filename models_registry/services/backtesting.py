"""What a drift policy would have said of earlier windows, found out by a worker before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from dataops.engine.drift import DriftPolicy, Window
from dataops.engine.drift.betting import CONFIRMED
from dataops.engine.profile import codec
from dataops.engine.protocols import Progress
from dataops.web import audit, runs
from dataops.web.runs import Lease, RunState, Trigger
from models_registry.enums import ReferenceKind
from models_registry.models import DriftBacktest, ModelVersion, Watch
from models_registry.services.choosing import choose_reference, reference_kind
from models_registry.services.drift_requests import refuse_incomparable
from models_registry.services.earlier import (
    MOST,
    Earlier,
    Past,
    apart,
    comparable,
    judged_runs,
    past_of,
    wealth_after,
)
from models_registry.services.judging import Judgement, judge_window
from models_registry.services.outcomes import reference_with_outcomes
from models_registry.services.policies import check_columns, read_policy, shared_policy, stored_policy
from models_registry.services.watching import set_watch

WINDOWS = 60
KEPT = 20
"""Back-tests of a version that are kept; older ones go when a new one is asked for."""


@transaction.atomic
def request_backtest(
    *, version: ModelVersion, policy: Mapping[str, Any], by: Any = None, trigger: str = Trigger.MANUAL
) -> DriftBacktest:
    """Queue a policy to be tried on the newest 60 windows; the same one under way is returned.

    Raises NotAccepted for a policy that makes no sense, NotPossible for a version that cannot be judged.
    """
    refuse_incomparable(version)
    told = read_policy(policy, shared_policy())
    check_columns(told, version)
    version = ModelVersion.objects.without_blobs().select_for_update(of=("self",)).get(pk=version.pk)
    asked = stored_policy(told)
    if live := version.backtests.live().filter(policy=asked).first():
        return live
    old = version.backtests.terminal().values_list("pk", flat=True)[KEPT - 1 :]
    DriftBacktest.objects.filter(pk__in=list(old)).delete()
    job = DriftBacktest.objects.create(version=version, policy=asked, requested_by=by, trigger=trigger)
    runs.nudge_on_commit(job)
    return job


def execute_backtest(run_id: int) -> None:
    """Work on a queued back-test; safe to call any number of times."""
    runs.execute(DriftBacktest, run_id, _try)


def _try(lease: Lease[DriftBacktest]) -> None:
    version = ModelVersion.objects.select_related("model").get(pk=lease.run.version_id)
    verdicts = judge_again(version, read_policy(lease.run.policy), lease.progress)
    alarms = sum(verdict["drifted"] for verdict in verdicts)
    with transaction.atomic():
        lease.settle(RunState.SUCCEEDED, verdicts=verdicts, windows=len(verdicts), alarms=alarms)


def judge_again(version: ModelVersion, policy: DriftPolicy, progress: Progress) -> list[dict[str, Any]]:
    """Judge the newest 60 windows, oldest first, as if this policy had been there all along.

    Asks profiles alone. Each window has as measure those of the 60 before it, judged anew, and what came
    before these as it was judged then.
    """
    judged_then = {run.pk: run for run in judged_runs(version.pk)[:WINDOWS]}
    windows = apart(past_of(run) for run in judged_then.values())[::-1]
    if not windows:
        return []
    training = reference_with_outcomes(version, codec.decode(bytes(version.reference_profile)))
    kind, history = reference_kind(version.model), Earlier(version.pk, windows[0].begins_at)
    judged: list[Past] = []
    verdicts = []
    for number, past in enumerate(windows):
        progress(number / len(windows), f"window {number + 1} of {len(windows)}")
        earlier = [*judged[::-1], *history.newest][:MOST]
        usual = before = _alike(past, earlier)
        if kind == ReferenceKind.SEASON:
            season = history.of_the_season(past.begins_at, past.asked_seconds)
            before = _alike(past, [*judged[::-1], *season])
        chosen = choose_reference(
            kind, version, training, before, past.begins_at, least=policy.minimum_reference
        )
        window = Window(past.profile, past.together)
        said = judge_window(version, window, past.performance, chosen, policy, usual)
        again = _again(past, said, earlier)
        judged.append(again)
        verdicts.append(_verdict(again, said, drifted_then=bool(judged_then[past.run_id].drifted)))
    return verdicts


def _alike(past: Past, earlier: Sequence[Past]) -> list[Past]:
    return comparable(earlier, begins_at=past.begins_at, last=past.last, seconds=past.asked_seconds)


def _again(past: Past, said: Judgement, earlier: Sequence[Past]) -> Past:
    """The window as later ones find it."""
    report = said.report
    wealth = wealth_after(earlier, windows=report.windows, p_value=report.p_value)
    severity = str(said.severity or "")
    judged = replace(past, drifted=said.drifted, gross=said.is_gross, severity=severity)
    return replace(judged, windows=report.windows, wealth=wealth)


def _verdict(past: Past, said: Judgement, *, drifted_then: bool) -> dict[str, Any]:
    """Its severity is what people would have been told, who are not alarmed while there is doubt."""
    return {
        "drift_run": past.run_id,
        "current_from": past.begins_at.isoformat(),
        "current_to": past.ends_at.isoformat(),
        "drifted": past.drifted,
        "severity": str(said.told_severity(confirmed=past.wealth >= CONFIRMED) or ""),
        "drifted_then": drifted_then,
    }


def adopt_backtest(*, job: DriftBacktest, by: Any) -> Watch:
    """Make the policy that was tried the one of the model. Raises as ``set_watch``."""
    return set_watch(job.version.model, by=by, policy=job.policy)


@transaction.atomic
def cancel_backtest(*, run: DriftBacktest, by: Any) -> bool:
    """Stop a back-test; a running one stops at its next window. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("drift.backtest_cancelled", by=by, target=run)
    return changed
