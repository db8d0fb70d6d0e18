"""A clock that jumps holds nothing up: what was noted in a time to come counts as unknown."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alerts.models import Notification
from alerts.services import delivery
from dataops.web import health, queue, runs
from dataops.web.runs import RunState
from quality.models import CheckRun, DataSource
from tests.alerts.helpers import breach, say

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def sent(monkeypatch) -> list:
    """Ids of the runs that workers were told to look at."""
    told: list = []
    monkeypatch.setattr(queue, "publish", lambda task, pk, **_: told.append(pk))
    return told


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["an hour back", "an hour ahead"])
def test_a_job_whose_worker_died_before_the_clock_jumped_is_taken_up(sent, jump):
    run = CheckRun.objects.create(source=DataSource.objects.create(name="orders"))
    runs.claim(CheckRun, run.pk)

    with time_machine.travel(timezone.now() + jump):
        runs.sweep()

    run.refresh_from_db()
    assert (run.state, sent) == (RunState.QUEUED, [run.pk])


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["an hour back", "an hour ahead"])
def test_a_job_that_nobody_heard_of_is_named_again(sent, jump):
    run = CheckRun.objects.create(source=DataSource.objects.create(name="orders"))
    runs.nudge(CheckRun, run.pk)

    with time_machine.travel(timezone.now() + jump):
        runs.sweep()

    assert sent == [run.pk, run.pk]


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["an hour back", "an hour ahead"])
def test_a_message_whose_sender_died_before_the_clock_jumped_is_sent(jump):
    say(breach())
    assert delivery.claim()

    with time_machine.travel(timezone.now() + jump):
        delivery.release_abandoned()

    assert not Notification.objects.sending().exists()


def test_a_part_seen_in_a_time_to_come_is_silent():
    health.beat("worker")

    with time_machine.travel(timezone.now() - HOUR):
        assert not health.LOOKS["worker"]().ok
