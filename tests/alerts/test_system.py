"""The product tells of its own parts that do not work."""

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from alerts.management.commands.watch import Command
from alerts.models import Alert, Notification
from alerts.services import SystemWatch
from dataops.web import dead_man, health
from dataops.web.health import Part
from quality.models import CheckRun, DataSource
from tests.alerts.helpers import breach, say
from tests.support.http import http_sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch) -> dict[str, bool]:
    """What works, to be changed by the test."""
    working = {"scheduler": True, "jobs": True}
    looks = {name: lambda name=name: Part(name, ok=working[name], detail="seen") for name in working}
    monkeypatch.setattr(health, "LOOKS", looks)
    return working


def watch_that_saw_all_well() -> SystemWatch:
    watch = SystemWatch()
    assert watch.look()
    return watch


def test_a_part_that_stays_silent_opens_an_alert_and_ends_it_when_it_speaks_again(parts):
    watch = watch_that_saw_all_well()
    parts["scheduler"] = False
    watch.look()
    assert not Alert.objects.exists()
    watch.look()

    alert = Alert.objects.get()
    assert (alert.kind, alert.status, alert.severity) == ("system.scheduler", "open", "critical")
    assert alert.title == "The scheduler is silent"

    parts["scheduler"] = True
    watch.look()
    alert.refresh_from_db()
    assert alert.status == "resolved"
    assert list(Notification.objects.order_by("pk").values_list("reason", flat=True)) == [
        "opened",
        "resolved",
    ]


def silence_of(part: str):
    def fall_silent(_) -> None:
        health.beat(part)

    return fall_silent


def full_disk(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100 * 1024**2))


def a_run_that_waits(_) -> None:
    CheckRun.objects.create(source=DataSource.objects.create(name="orders"))


@pytest.mark.parametrize(
    ("part", "goes_wrong", "severity", "title"),
    [
        ("worker", silence_of("worker"), "critical", "The worker of short jobs is silent"),
        ("heavy worker", silence_of("heavy worker"), "critical", "The worker of checks is silent"),
        ("scheduler", silence_of("scheduler"), "critical", "The scheduler is silent"),
        ("storage", full_disk, "critical", "The disk is nearly full"),
        ("jobs", a_run_that_waits, "warning", "Jobs wait too long"),
        ("outbox", lambda _: say(breach()), "warning", "Messages do not go out"),
    ],
)
def test_what_is_wrong_for_minutes_is_told(monkeypatch, part, goes_wrong, severity, title):
    monkeypatch.setattr(health, "LOOKS", {part: health.LOOKS[part]})
    goes_wrong(monkeypatch)
    watch = SystemWatch()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for _ in range(2):
            watch.look()

    alert = Alert.objects.get(subject_type="system")
    assert (alert.status, alert.severity, alert.title) == ("open", severity, title)


LOOKS_AT = (30, 60, 85, 100, 130)
"""Seconds after the start."""


@pytest.mark.parametrize(
    ("first_seen_after", "told_after"),
    [
        (5, None),
        (80, None),  # a slow machine
        (None, 130),  # it never comes up
    ],
)
def test_after_a_start_silence_counts_once_a_part_had_the_time_to_come_up(
    parts, first_seen_after, told_after
):
    parts["scheduler"] = False
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        start, watch = timezone.now(), SystemWatch()
        told = None
        for seconds in LOOKS_AT:
            clock.move_to(start + timedelta(seconds=seconds))
            parts["scheduler"] = first_seen_after is not None and seconds > first_seen_after
            watch.look()
            told = told or (seconds if Notification.objects.exists() else None)

    assert told == told_after


def test_one_bad_look_in_between_says_nothing(parts):
    watch = SystemWatch()
    for ok in (True, False, True, False, True):
        parts["scheduler"] = ok
        watch.look()

    assert not Alert.objects.exists()


def test_a_repeat_is_the_same_alert(parts):
    watch = watch_that_saw_all_well()
    parts["scheduler"] = False
    for _ in range(5):
        watch.look()

    assert Alert.objects.get().count == 4
    assert Notification.objects.count() == 1


def test_everything_well_is_quiet(parts):
    assert SystemWatch().look()

    assert not Alert.objects.exists()


@pytest.mark.django_db(transaction=True)  # after each look the connection is closed
def test_somebody_else_is_told_that_all_is_well_and_only_then(parts, settings):
    with http_sink() as sink:
        settings.DEAD_MAN_URL, settings.OUTBOUND_ALLOW = f"{sink.url}/alive", ["127.0.0.0/8"]
        told = Command(), SystemWatch()
        for ok in (True, False, False, False):
            parts["scheduler"] = ok
            told[0]._look(told[1])

    # One bad look may be a restart; from the second on there is silence.
    assert [taken.path for taken in sink.taken] == ["/alive", "/alive"]


def test_a_dead_mans_address_that_fails_stops_nothing(settings):
    settings.DEAD_MAN_URL = "http://127.0.0.1:1/alive"

    assert not dead_man.call()
