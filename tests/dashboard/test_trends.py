"""Scores, drift, alerts and predictions over time, and what may explain them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from alerts.models import Episode
from alerts.services import reopen, resolve
from dashboard.presenters.trends import MEASURES, marks_of
from dashboard.selectors import trends
from dashboard.selectors.marks import Mark, marks
from dashboard.selectors.periods import Period, period
from dashboard.selectors.standing import Standings
from dataops.web import audit
from models_registry.models import AliasChange, DriftRun, Prediction
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db


def averages(days: int = 7) -> list[float | None]:
    return [point.average for point in trends.quality(period(days), Standings())]


# Periods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "count", "step"), [(1, 24, 3600), (7, 7, 86400), (90, 90, 86400)])
def test_a_day_comes_in_hours_and_more_in_days_up_to_now(days, count, step):
    now = datetime(2026, 3, 29, 14, 30, tzinfo=UTC)
    starts = Period.of_days(days, now).starts

    assert len(starts) == count
    assert {(b - a).total_seconds() for a, b in pairwise(starts)} == {step}
    assert starts[-1] <= now < starts[-1] + timedelta(seconds=step)


@pytest.mark.parametrize(("days", "count", "unit"), [(2, 48, "hour"), (92, 92, "day"), (365, 92, "4 days")])
def test_a_long_time_comes_in_steps_that_hold_all_of_it(days, count, unit):
    first = date(2025, 1, 1)
    over = Period.between(first, first + timedelta(days - 1))

    assert (over.count, over.unit) == (count, unit)
    assert over.end - over.start >= timedelta(days)


# Quality ---------------------------------------------------------------------------------------


def test_a_source_keeps_its_score_until_its_next_run(checked):
    checked("orders", 0.9, at=days_ago(3))
    checked("orders", 0.5, at=days_ago(1))

    assert averages() == [None, None, None, 0.9, 0.9, 0.5, 0.5]


def test_the_score_from_before_the_period_is_where_it_starts(checked):
    checked("orders", 0.8, at=days_ago(40))
    checked("orders", 0.9, at=days_ago(20))

    assert set(averages()) == {0.9}


def test_the_past_is_read_once_and_today_each_time(checked, django_assert_num_queries):
    checked("orders", 0.8, at=days_ago(3))
    averages()
    checked("orders", 0.4)

    with django_assert_num_queries(1):
        assert averages() == [None, None, None, 0.8, 0.8, 0.8, 0.4]


def test_of_several_runs_in_a_day_the_last_counts(checked):
    start_of_day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    checked("orders", 0.2, at=start_of_day)
    checked("orders", 0.9, at=start_of_day + timedelta(seconds=1))

    assert averages()[-1] == 0.9


def test_average_and_worst_are_over_all_sources_that_have_a_score(checked):
    checked("orders", 0.9, at=days_ago(2))
    worst = checked("returns", 0.5, at=days_ago(1))
    checked("broken", None, at=days_ago(1), state="failed")
    last = trends.quality(period(7), Standings())[-1]

    assert (last.average, last.worst, last.of.name) == (pytest.approx(0.7), 0.5, "returns")
    assert last.run == worst.pk


def test_an_archived_source_is_no_part_of_it(checked):
    source = checked("orders", 0.5, at=days_ago(1)).source
    source.archived_at = timezone.now()
    source.save()

    assert set(averages()) == {None}


def test_a_point_leads_to_the_run_with_the_lowest_score_also_from_before_the_period(checked):
    before = checked("orders", 0.5, at=days_ago(9))
    run = checked("orders", 0.4, at=days_ago(0))
    chart = MEASURES["quality"].draw(period(3), [], Standings())

    assert chart["links"] == [before.get_absolute_url()] * 2 + [run.get_absolute_url()]
    assert chart["y_range"] == [0, 1]


# Drift, alerts, predictions ----------------------------------------------------------------------


def test_the_model_that_drifts_most_leads_to_its_report(compared):
    compared("calm")
    run = compared("delays", drifted=True)
    chart = MEASURES["drift"].draw(period(1), [], Standings())

    assert [series["values"][-1] for series in chart["series"]] == [12.5, 25.0]
    assert chart["links"][-1] == run.get_absolute_url()


def test_drift_of_a_version_that_is_no_champion_any_more_does_not_count(compared):
    run = compared("delays", drifted=True)
    run.version.model.versions.create(number=2, state="ready")
    run.version.model.champion = run.version.model.versions.get(number=2)
    run.version.model.save()

    assert DriftRun.objects.exists()
    assert {point.average for point in trends.drift(period(7))} == {None}


def test_every_opening_counts_on_its_day_by_severity(checked, alarm, user):
    source = checked("orders", 0.5).source
    alarm(source, kind="check.schema", severity="warning")
    alert = alarm(source)
    resolve(alert, resolution="fixed", by=None)
    reopen(alert, by=None)
    over = period(7)

    assert trends.alerts_opened(over) == {over.starts[-1]: {"critical": 2, "warning": 1}}


@pytest.mark.parametrize("over", ["range=24h", "range=7d", "since={before}&until={today}"])
def test_a_bar_of_alerts_leads_to_those_that_opened_in_its_time(over, client_as, checked, alarm):
    source, today = checked("orders", 0.5).source, timezone.now().date()
    alarm(source, title="opened now")
    Episode.objects.filter(alert=alarm(source, kind="check.schema", title="opened long ago")).update(
        opened_at=days_ago(200)
    )
    query = over.format(before=today - timedelta(100), today=today)
    chart = client_as().get(f"/?show=alerts&{query}").context["trend_chart"]
    listed = client_as().get(chart["links"][-1]).content.decode()

    assert [link for link in chart["links"] if link] == chart["links"][-1:]
    assert "opened now" in listed
    assert "opened long ago" not in listed


def test_predictions_are_counted_and_the_timed_ones_measured(compared):
    version = compared("delays").version
    for seconds in (0.01, 0.03, None):
        Prediction.objects.create(
            model=version.model, version=version, features={}, prediction=1, latency_seconds=seconds
        )
    over = Period.between(timezone.now().date() - timedelta(days=364), timezone.now().date())
    (made,) = trends.traffic(over).values()

    assert (made.count, made.mean_seconds, made.slowest_seconds) == (3, pytest.approx(0.02), 0.03)


# Marks -----------------------------------------------------------------------------------------


def test_deployments_rules_and_critical_alerts_may_explain_a_trend(checked, compared, alarm, user):
    source = checked("orders", 0.5).source
    alarm(source)
    alarm(source, kind="check.schema", severity="warning")
    version = compared("delays").version
    AliasChange.objects.create(model=version.model, alias="champion", version=version)
    for _ in range(2):
        audit.record("check.changed", by=user("editor"), target=source)
    over = period(7)
    today = over.starts[-1]

    assert marks(over) == [
        Mark(today, "deploy", "delays", 1),
        Mark(today, "rules", "orders", 2),
        Mark(today, "critical", "", 1),
    ]
    told = ["delays v1", "rules of orders", "1 critical"]
    assert marks_of(over, marks(over)) == [(today.date(), "delays v1 + 2", told)]
    assert marks_of(over, marks(over), without="critical") == [(today.date(), "delays v1 + 1", told[:2])]


def test_of_many_marks_the_telling_ones_stay():
    over = period(30)
    events = [Mark(at, "critical", "", number) for number, at in enumerate(over.starts, start=1)]
    events.append(Mark(over.starts[0], "rules", "orders", 1))
    texts = [
        text
        for _, text, _ in marks_of(over, sorted(events, key=lambda mark: (mark.at, mark.kind == "critical")))
    ]

    assert texts == ["rules of orders + 1", *(f"{number} critical" for number in range(26, 31))]


@pytest.mark.parametrize("count", [1, 3])
def test_each_measure_costs_the_same_at_any_size(
    count, checked, compared, alarm, django_assert_max_num_queries
):
    for number in range(count):
        alarm(checked(f"orders {number}", 0.5).source)
        compared(f"delays-{number}", drifted=True)

    for measure in MEASURES.values():
        with django_assert_max_num_queries(4):
            measure.draw(period(7), marks_of(period(7), marks(period(7))), Standings())
