"""Scores and alerts over time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from alerts.services import reopen, resolve
from dashboard.presenters.trends import alert_chart, score_chart
from dashboard.selectors.standing import source_standings
from dashboard.selectors.trends import Period, Point, period, trend
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db


def points(days: int) -> list[Point]:
    over = period(days)
    return trend(over, source_standings(start=over.start))


@pytest.mark.parametrize(("days", "count", "step"), [(1, 24, 3600), (7, 7, 86400), (90, 90, 86400)])
def test_a_day_comes_in_hours_and_more_in_days_up_to_now(days, count, step):
    now = datetime(2026, 3, 29, 14, 30, tzinfo=UTC)
    starts = Period(days, now).starts

    assert len(starts) == count
    assert {(b - a).total_seconds() for a, b in pairwise(starts)} == {step}
    assert starts[-1] <= now < starts[-1] + timedelta(seconds=step)


def test_a_source_keeps_its_score_until_its_next_run(checked):
    checked("orders", 0.9, at=days_ago(3))
    checked("orders", 0.5, at=days_ago(1))

    assert [point.average for point in points(7)] == [None, None, None, 0.9, 0.9, 0.5, 0.5]


def test_the_score_from_before_the_period_is_where_it_starts(checked):
    checked("orders", 0.8, at=days_ago(40))
    checked("orders", 0.9, at=days_ago(20))

    assert {point.average for point in points(7)} == {0.9}


def test_of_several_runs_in_a_day_the_last_counts(checked):
    start_of_day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    checked("orders", 0.2, at=start_of_day)
    checked("orders", 0.9, at=start_of_day + timedelta(seconds=1))

    assert points(7)[-1].average == 0.9


def test_average_and_lowest_are_over_all_sources_that_have_a_score(checked):
    checked("orders", 0.9, at=days_ago(2))
    checked("returns", 0.5, at=days_ago(1))
    checked("broken", None, at=days_ago(1), state="failed")
    last = points(7)[-1]

    assert (last.average, last.lowest, last.lowest_source.name) == (pytest.approx(0.7), 0.5, "returns")


def test_an_archived_source_is_no_part_of_it(checked):
    source = checked("orders", 0.5, at=days_ago(1)).source
    source.archived_at = timezone.now()
    source.save()

    assert {point.average for point in points(7)} == {None}


def test_every_opening_counts_on_its_day_by_severity(checked, alarm, user):
    source = checked("orders", 0.5).source
    alarm(source, kind="check.schema", severity="warning")
    alert = alarm(source)
    resolve(alert, resolution="fixed", by=None)
    reopen(alert, by=None)

    assert points(7)[-1].alerts == {"critical": 2, "warning": 1}
    assert not any(point.alerts for point in points(7)[:-1])


def test_a_point_of_the_chart_leads_to_the_lowest_source(checked):
    source = checked("orders", 0.5).source
    chart = score_chart(points(7), period(7))

    assert chart["links"] == [None] * 6 + [source.get_absolute_url()]
    assert chart["y_range"] == [0, 1]


def test_marks_go_to_the_few_most_alarming_points():
    over = period(30)
    alarmed = [Point(at, alerts={"info": number}) for number, at in enumerate(over.starts[:10], start=1)]
    alarmed[0].alerts["critical"] = 1
    marks = score_chart(alarmed, over)["marks"]

    assert [(mark["at"], mark["label"]) for mark in marks] == [
        (0, "1 critical"),
        (9, "10 alerts"),
        (8, "9 alerts"),
        (7, "8 alerts"),
    ]


def test_without_alerts_there_is_no_chart_of_them():
    assert alert_chart([Point(timezone.now())], period(1)) is None
