"""A run is done once, whatever dies, comes twice or comes late."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from dataops.engine.errors import BrokenData
from dataops.web import runs
from dataops.web.runs import Lease, LeaseLost, RunState
from quality.models import CheckRun, DataSource, Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> CheckRun:
    source = DataSource.objects.create(name="orders")
    snapshot = Snapshot.objects.create(
        source=source, sha256="0" * 64, bytes=1, file_name="a", storage_name="a"
    )
    return CheckRun.objects.create(source=source, snapshot=snapshot)


@pytest.fixture(autouse=True)
def messages(monkeypatch) -> list[tuple]:
    sent: list[tuple] = []

    def take(name, *args, queue="fast") -> bool:
        sent.append((name, *args, queue))
        return True

    monkeypatch.setattr(runs.queue, "publish", take)
    return sent


def succeed(lease: Lease) -> None:
    with transaction.atomic():
        lease.settle(RunState.SUCCEEDED, score=0.5)


def explode(lease: Lease) -> None:
    raise RuntimeError("boom")


def silence(run: CheckRun) -> None:
    """Make the worker of a run look dead."""
    CheckRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))


def test_a_run_is_worked_on_once_however_often_it_is_delivered(run):
    calls = []
    for _ in range(3):
        runs.execute(CheckRun, run.pk, lambda lease: (calls.append(1), succeed(lease)))

    run.refresh_from_db()
    assert len(calls) == 1
    assert (run.state, run.score, run.progress, run.attempt) == (RunState.SUCCEEDED, 0.5, 1.0, 1)


def test_only_one_of_two_workers_gets_the_claim(run):
    assert runs.claim(CheckRun, run.pk) is not None
    assert runs.claim(CheckRun, run.pk) is None


def test_a_run_is_not_claimed_before_its_time(run):
    CheckRun.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    assert runs.claim(CheckRun, run.pk) is None


def test_bad_input_fails_at_once_with_its_code_and_reason(run):
    def work(lease: Lease) -> None:
        raise BrokenData("line 7: the quote is never closed")

    told = []
    runs.execute(CheckRun, run.pk, work, failed=told.append)

    run.refresh_from_db()
    assert (run.state, run.error_code, run.attempt) == (RunState.FAILED, "broken_data", 1)
    assert run.error == "line 7: the quote is never closed"
    assert told == [run]


def test_an_unforeseen_error_is_tried_again_later_and_at_last_fails(run):
    for attempt in (1, 2, 3):
        CheckRun.objects.update(not_before=None)
        runs.execute(CheckRun, run.pk, explode)
        run.refresh_from_db()
        assert run.attempt == attempt
        assert run.state == (RunState.FAILED if attempt == 3 else RunState.QUEUED)

    assert run.error_code == "internal_error"
    assert "boom" not in run.error  # internals stay in the log


def test_a_silent_worker_loses_its_run_to_the_next_one(run, messages):
    dead = runs.claim(CheckRun, run.pk)
    silence(run)
    runs.sweep()

    assert messages == [("quality.execute_run", run.pk, "heavy")]
    runs.execute(CheckRun, run.pk, succeed)
    with pytest.raises(LeaseLost), transaction.atomic():
        dead.settle(RunState.SUCCEEDED, score=0.1)

    run.refresh_from_db()
    assert (run.score, run.attempt) == (0.5, 2)


def test_a_run_that_kills_its_workers_is_given_up_with_advice(run):
    for _ in range(run.most_losses):
        assert runs.claim(CheckRun, run.pk)
        silence(run)
        runs.sweep()
    runs.execute(CheckRun, run.pk, succeed)

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "worker_lost")
    assert "memory" in run.error


def test_workers_that_are_killed_leave_the_run_its_own_tries(run):
    for _ in range(run.max_attempts):
        assert runs.claim(CheckRun, run.pk)
        silence(run)
        runs.sweep()
    runs.execute(CheckRun, run.pk, explode)

    run.refresh_from_db()
    assert (run.state, run.attempt, run.tries) == (RunState.QUEUED, 4, 1)


def test_a_forgotten_run_is_nudged_again_but_not_at_every_sweep(run, messages):
    runs.sweep()
    runs.sweep()
    assert len(messages) == 1

    CheckRun.objects.update(nudged_at=timezone.now() - timedelta(minutes=1))
    runs.sweep()
    assert len(messages) == 2


def test_a_run_that_the_broker_did_not_take_is_named_at_the_next_sweep(run, messages, monkeypatch):
    with monkeypatch.context() as broker:
        broker.setattr(runs.queue, "publish", lambda *_, **__: False)
        runs.nudge(CheckRun, run.pk)
    runs.sweep()

    assert [pk for _, pk, _ in messages] == [run.pk]


def test_whoever_is_done_names_the_next_run_that_was_forgotten(run, messages):
    forgotten = CheckRun.objects.create(source=run.source, nudged_at=timezone.now() - timedelta(minutes=1))
    CheckRun.objects.create(source=run.source, nudged_at=timezone.now())
    runs.execute(CheckRun, run.pk, succeed)

    assert [pk for _, pk, _ in messages] == [forgotten.pk]


def test_a_running_job_with_a_heartbeat_is_left_alone(run, messages):
    runs.claim(CheckRun, run.pk)
    runs.sweep()

    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert messages == []


def test_a_queued_run_is_cancelled_at_once(run):
    runs.cancel(run)
    assert run.state == RunState.CANCELLED
    assert runs.claim(CheckRun, run.pk) is None


def test_a_running_run_stops_at_its_next_report_of_progress(run):
    def work(lease: Lease) -> None:
        runs.cancel(lease.run)
        lease.progress(0.5, "half way")
        succeed(lease)

    runs.execute(CheckRun, run.pk, work)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.CANCELLED, "cancelled")


def test_progress_is_told_with_its_stage_and_the_time_that_is_left(run):
    def work(lease: Lease) -> None:
        lease.progress(0.25, "reading")
        seen = CheckRun.objects.get(pk=run.pk)
        assert (seen.progress, seen.stage) == (0.25, "reading")
        assert seen.remaining_seconds == pytest.approx(3 * seen.elapsed_seconds, abs=0.5)
        succeed(lease)

    runs.execute(CheckRun, run.pk, work)
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED


def test_results_of_a_lost_lease_are_rolled_back(run):
    def work(lease: Lease) -> None:
        CheckRun.objects.update(lease_token=None)
        with transaction.atomic():
            DataSource.objects.create(name="half a result")
            lease.settle(RunState.SUCCEEDED)

    runs.execute(CheckRun, run.pk, work)
    assert not DataSource.objects.filter(name="half a result").exists()
