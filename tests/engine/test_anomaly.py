"""Where a number is expected, by formula; and what the checks make of it."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from dataops.engine.anomaly import NEEDED, Point, expected_band, points_of
from dataops.engine.checks import CHECKS, make_params
from dataops.engine.metrics import METRICS, numbers_of
from dataops.engine.protocols import Context, Past
from tests.engine.tables import profile_of

MONDAY = datetime(2026, 1, 5, 6, tzinfo=UTC)
ROWS, MISSING, MEAN = METRICS["row_count"], METRICS["missing_fraction"], METRICS["mean"]


def days(values, start=MONDAY):
    return [Point(start + timedelta(days=i), value) for i, value in enumerate(values)]


def past(values, metric="row_count", column="", **more):
    return [Past(point.at, {column: {metric: point.value}}, **more) for point in days(values)]


def table_of(rows):
    return profile_of({"x": list(range(rows))})


def measure(key, profile, history, column=None, at=None, **params):
    check = CHECKS[key]
    context = Context(profile, profile.column(column) if column else None, history=history, at=at)
    return check.measure(context, make_params(check.params, params, check=key))


def test_seven_equal_runs_and_then_half_of_it_is_an_anomaly():
    found = measure("volume_anomaly", table_of(50), past([100] * 7))

    assert (found.failed, found.value) == (1, 4.0)
    assert "expected 90 to 110" in found.message


def test_there_is_no_verdict_before_the_eighth_run():
    found = measure("volume_anomaly", table_of(50), past([100] * 5))

    assert (found.value, found.details["needs_runs"]) == (None, 2)
    assert "needs 2 more runs" in found.message


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=NEEDED, max_size=30))
def test_the_band_is_the_median_and_four_scaled_deviations_from_it_more_for_few_values(values):
    band = expected_band(days(values), MEAN)
    spread = median_abs_deviation(values, scale="normal") * (1 + 50 / len(values) ** 2)

    assert band.centre == pytest.approx(np.median(values))
    # scipy scales by the exact quantile of the normal distribution, the formula by 1.4826.
    assert band.reach == pytest.approx(max(4 * spread, 0.05 * abs(np.median(values)), 1e-9), rel=1e-4)


@pytest.mark.parametrize(
    ("metric", "value", "floor"),
    [
        (ROWS, 4, 2),
        (ROWS, 0, 1),
        (ROWS, 100, 10),
        (ROWS, 10_000, 500),
        (MISSING, 0.0, 0.01),
        (MEAN, 3.0, 0.15),
    ],
)
def test_a_constant_history_leaves_room_by_the_kind_of_number(metric, value, floor):
    assert expected_band(days([value] * 7), metric).reach == pytest.approx(floor)
    assert metric is not ROWS or floor == max(0.05 * value, sqrt(value), 1)


def test_a_weekly_rhythm_is_known_once_five_weeks_were_seen():
    week = [1000, 1000, 1000, 1000, 1000, 100, 100]
    saturday = MONDAY + timedelta(weeks=6, days=5)
    points = days(week * 6 + week[:5])

    weekend = expected_band(points, ROWS, saturday)
    early = expected_band(points[-30:], ROWS, saturday)

    assert (weekend.centre, weekend.n, weekend.reason) == (100, 6, "the last 6 runs on a Saturday")
    assert early.centre == 1000


def test_weekdays_without_a_rhythm_are_not_told_apart():
    points = days(np.random.default_rng(0).normal(1000, 50, 60))

    assert expected_band(points, ROWS, MONDAY + timedelta(days=60)).n == 30


def test_days_with_smaller_numbers_are_given_their_smaller_noise():
    week = np.array([1000, 1000, 1000, 1000, 1000, 100, 100])
    noise = np.random.default_rng(0).normal(1, 0.05, (8, 7))
    points = days((week * noise).ravel())
    weekend, workday = (expected_band(points, MEAN, MONDAY + timedelta(weeks=8, days=d)) for d in (5, 0))

    assert workday.reach == pytest.approx(10 * weekend.reach, rel=0.1)
    assert workday.reach == pytest.approx(4 * 50, rel=0.3)


def test_only_the_newest_thirty_count():
    assert expected_band(days([1] * 30 + [500] * 30), ROWS).centre == 500


@given(st.lists(st.integers(0, 10**6), min_size=8, max_size=40))
def test_a_run_never_takes_part_in_its_own_band(values):
    """The same history gives the same band whatever comes next."""
    first = measure("volume_anomaly", table_of(3), past(values)).details
    second = measure("volume_anomaly", table_of(40), past(values)).details

    assert (first["low"], first["high"]) == (second["low"], second["high"])


def test_runs_that_were_not_accepted_are_left_out_unless_a_person_expected_them():
    odd = past([5000], accepted=False)
    expected = past([5000], accepted=False, expected=frozenset({("", "row_count")}))

    assert [p.value for p in points_of(past([100] * 7) + odd, "row_count")] == [100] * 7
    assert [p.value for p in points_of(past([100] * 7) + expected, "row_count")] == [100] * 7 + [5000]


def test_what_was_expected_once_is_inside_the_band_from_then_on():
    history = past([100] * 20) + past([300], expected=frozenset({("", "row_count")}))

    assert measure("volume_anomaly", table_of(300), history).failed == 0
    assert measure("volume_anomaly", table_of(400), history).failed == 1


@pytest.mark.parametrize(("sensitivity", "fires"), [("low", 0), ("normal", 0), ("high", 1)])
def test_sensitivity_sets_how_wide_the_band_is(sensitivity, fires):
    values = [1000 + 20 * (-1) ** i for i in range(20)]  # 1.4826 MAD = 29.652, x 1.125
    assert measure("volume_anomaly", table_of(1110), past(values), sensitivity=sensitivity).failed == fires


def test_a_column_is_compared_with_its_own_past():
    profile = profile_of({"x": [1.0, None, None, None], "y": [1.0, 2.0, 3.0, 4.0]})
    history = past([0.02] * 10, metric="missing_fraction", column="x")

    assert measure("metric_anomaly", profile, history, "x").failed == 1
    assert measure("metric_anomaly", profile, history, "y").details["needs_runs"] == NEEDED


def test_the_numbers_kept_of_a_run_are_what_the_metrics_read():
    profile = table_of(7)
    kept = numbers_of(profile)

    assert set(kept) == {"", "x"}
    assert kept[""]["row_count"] == 7
    assert kept["x"]["mean"] == MEAN.of(profile, "x") == 3
