"""Runs by the clock, and alerts about data that does not come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from alerts.models import Alert
from dataops.web.moments import Cron, zone
from quality import services
from quality.models import CheckRun, Schedule
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def source(uploaded, time_machine):
    time_machine.move_to(MONDAY - timedelta(days=1), tick=False)
    source = uploaded().source
    time_machine.move_to(MONDAY, tick=False)
    return source


def runs_by_clock() -> int:
    return CheckRun.objects.filter(trigger="schedule").count()


def test_a_run_starts_when_its_time_has_come_and_not_before(source, drain, time_machine) -> None:
    services.set_schedule(source, by=None, cron="0 8 * * *", time_zone="Europe/Berlin")
    assert services.start_due() == 0

    time_machine.move_to(MONDAY.replace(hour=6), tick=False)
    assert services.start_due() == 1
    assert Schedule.objects.get().next_at == MONDAY.replace(day=2, hour=6)


def test_two_schedulers_start_one_run(source, monkeypatch, time_machine) -> None:
    """The second one sees the tick before the first one has moved it on."""
    services.set_schedule(source, by=None, every_minutes=60)
    time_machine.shift(3600)
    stale = list(Schedule.objects.due(datetime.now(UTC)).select_related("source"))
    assert services.start_due() == 1

    monkeypatch.setattr(Schedule.objects.none().__class__, "order_by", lambda self, *_: stale)
    assert services.start_due() == 0
    assert runs_by_clock() == 1


def test_missed_ticks_make_up_one_run_and_the_rhythm_stays(source, time_machine) -> None:
    services.set_schedule(source, by=None, every_minutes=60)
    time_machine.shift(timedelta(hours=5, minutes=20))

    assert [services.start_due(), services.start_due()] == [1, 0]
    assert runs_by_clock() == 1
    assert Schedule.objects.get().next_at == MONDAY + timedelta(hours=6)


def test_a_run_that_is_still_at_work_is_not_joined_by_another(source, time_machine) -> None:
    services.set_schedule(source, by=None, every_minutes=60)
    services.request_run(source)
    time_machine.shift(3600)
    services.start_due()

    assert runs_by_clock() == 0
    assert Schedule.objects.get().skipped_at == MONDAY + timedelta(hours=1)


def test_a_paused_schedule_rests_and_what_it_missed_is_not_made_up_for(source, time_machine) -> None:
    services.set_schedule(source, by=None, every_minutes=60)
    services.pause_schedule(source, by=None)
    time_machine.shift(timedelta(hours=10))
    assert services.start_due() == 0

    services.pause_schedule(source, by=None, paused=False)
    assert services.start_due() == 0
    assert Schedule.objects.get().next_at > MONDAY + timedelta(hours=10)


def test_an_archived_source_rests(source, time_machine) -> None:
    services.set_schedule(source, by=None, every_minutes=60, expect_cron="0 6 * * *")
    services.archive_source(source, by=None)
    time_machine.shift(timedelta(days=3))

    assert (services.start_due(), services.watch_deadlines()) == (0, 0)
    with pytest.raises(services.NothingToCheck, match="archived"):
        services.request_run(source)


@pytest.mark.parametrize(
    "fields",
    [
        {"cron": "0 6 * *"},
        {"cron": "61 * * * *"},
        {"cron": "0 0 30 2 *"},
        {"cron": "x"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "../etc/passwd"},
        {"cron": "* * * * *", "every_minutes": 5},
        {"every_minutes": 0},
        {"expect_cron": "soon"},
    ],
)
def test_a_schedule_that_cannot_be_followed_is_refused(source, fields) -> None:
    with pytest.raises(ValidationError):
        services.set_schedule(source, by=None, **fields)
    assert not Schedule.objects.exists()


def test_an_interval_takes_the_place_of_a_cron_line_and_the_other_way_round(source) -> None:
    services.set_schedule(source, by=None, cron="0 6 * * *", expect_cron="0 7 * * *")
    interval = services.set_schedule(source, by=None, every_minutes=5)
    assert (interval.cron, interval.every_minutes, interval.expect_cron) == ("", 5, "0 7 * * *")

    line = services.set_schedule(source, by=None, cron="0 6 * * *")
    assert (line.cron, line.every_minutes) == ("0 6 * * *", None)


# Late data


def test_data_that_does_not_come_opens_an_alert_and_data_that_comes_closes_it(
    source, uploaded, time_machine
) -> None:
    services.set_schedule(source, by=None, expect_cron="0 6 * * *", grace_minutes=30)
    time_machine.move_to(MONDAY + timedelta(minutes=89), tick=False)
    assert services.watch_deadlines() == 0

    time_machine.move_to(MONDAY + timedelta(minutes=91), tick=False)
    assert services.watch_deadlines() == 1
    alert = Alert.objects.get(kind="quality.overdue")
    assert (alert.status, alert.severity) == ("open", "warning")
    assert "2026-06-01 06:00" in alert.message
    assert services.watch_deadlines() == 0

    uploaded(csv_bytes(start=9))
    assert services.watch_deadlines() == 1
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_the_same_content_again_is_no_new_data(source, uploaded, time_machine) -> None:
    services.set_schedule(source, by=None, expect_cron="0 6 * * *")
    time_machine.move_to(MONDAY + timedelta(days=1, hours=3), tick=False)
    uploaded()

    assert services.watch_deadlines() == 1


def test_nothing_is_late_before_the_first_deadline(source, time_machine) -> None:
    time_machine.move_to(MONDAY + timedelta(days=5), tick=False)
    services.set_schedule(source, by=None, expect_cron="0 6 * * *")

    assert services.watch_deadlines() == 0


def test_expecting_nothing_any_more_closes_the_alert(source, time_machine) -> None:
    services.set_schedule(source, by=None, expect_cron="0 6 * * *")
    time_machine.move_to(MONDAY + timedelta(days=2), tick=False)
    services.watch_deadlines()
    services.set_schedule(source, by=None, expect_cron="")

    assert Alert.objects.get(kind="quality.overdue").status == "resolved"


# Cron lines


@pytest.mark.parametrize(
    ("line", "tz", "after", "moment"),
    [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-29T00:00+00:00",
            "2026-03-29T01:30+00:00",
        ),  # clocks skip 02:30
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-25T00:00+00:00",
            "2026-10-25T00:30+00:00",
        ),  # 02:30 comes twice
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00"),
        (
            "0 0 13 * 5",
            "UTC",
            "2026-02-01T00:00+00:00",
            "2026-02-06T00:00+00:00",
        ),  # either day, as Vixie cron
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00+00:00", "2028-02-29T00:00+00:00"),
        ("0 12 * * 7", "UTC", "2026-06-01T00:00+00:00", "2026-06-07T12:00+00:00"),
        ("*/15 9-17 * * mon-fri", "America/New_York", "2026-06-05T21:50+00:00", "2026-06-08T13:00+00:00"),
    ],
)
def test_the_next_moment_of_a_line(line, tz, after, moment) -> None:
    cron = Cron.parse(line)
    found = cron.next(datetime.fromisoformat(after), zone(tz))

    assert found == datetime.fromisoformat(moment)
    assert cron.previous(found + timedelta(seconds=1), zone(tz)) == found
