"""What counts as drift, how bad it is, and what a report says about columns of every sort."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from dataops.engine.drift import DriftPolicy, DriftStatus, compare
from dataops.engine.types import Severity
from tests.engine.drift.tables import compared, feature, mixed, table, with_missing


@pytest.fixture
def rng():
    return np.random.default_rng(42)


# Significant and material


def test_the_same_rows_do_not_drift(rng):
    frame = mixed(rng, 1000)
    report = compared(frame, frame)

    assert not report.drifted
    assert report.severity is None
    assert report.share_drifted == 0
    assert not any(feature.significant for feature in report.features)


def test_a_large_certain_shift_drifts(rng):
    found = feature(rng.normal(size=5000), rng.normal(0.5, 1, size=2000))

    assert found.drifted
    assert found.significant
    assert found.p_adjusted <= 0.01
    assert found.effect >= found.threshold
    assert "median from" in found.reason


def test_a_certain_but_small_shift_is_significant_and_does_not_drift(rng):
    found = feature(rng.normal(size=100_000), rng.normal(0.04, 1, size=100_000))

    assert found.significant
    assert not found.drifted
    assert found.severity is None
    assert "too small to matter" in found.reason


def test_a_large_but_uncertain_difference_does_not_drift():
    found = feature(np.arange(100) % 50, [*range(25, 50), *range(5, 20)])

    assert found.components[0].effect > found.components[0].floor
    assert not found.significant
    assert not found.drifted
    assert found.reason == "no evidence of drift"


@pytest.mark.parametrize(
    ("missing", "severity"),
    [
        (190, None),
        (210, Severity.INFO),
        (390, Severity.INFO),
        (410, Severity.WARNING),
        (810, Severity.CRITICAL),
    ],
)
def test_severity_is_the_effect_in_floors_of_one_two_and_four(missing, severity):
    found = feature(with_missing(10_000, 0), with_missing(10_000, missing))

    assert found.severity == severity
    assert found.method == "missing_rate"
    assert found.missing_change == pytest.approx(missing / 10_000)


def test_a_floor_can_be_moved():
    rates = with_missing(10_000, 0), with_missing(10_000, 300)

    assert feature(*rates).drifted
    assert not feature(*rates, policy=DriftPolicy(floors={"missing_rate": 0.05})).drifted


def test_missing_values_that_vanish_are_drift_too():
    found = feature(with_missing(5000, 2500), with_missing(5000, 0))

    assert found.drifted
    assert found.missing_change == -0.5


def test_a_new_category_is_named():
    found = feature(["a", "b"] * 1000, ["a", "b"] * 190 + ["new"] * 20)

    assert found.method == "new_category"
    assert found.new_values == ("new",)
    assert "'new'" in found.reason


def test_numbers_outside_the_range_are_told_with_the_range(rng):
    before = rng.uniform(0, 10, 20_000)
    found = feature(before, [*rng.uniform(0, 10, 1980), *[99.0] * 20])

    assert found.method == "out_of_range"
    assert "outside the reference's range 0" in found.reason


def test_a_moved_category_is_named(rng):
    found = feature(rng.choice(["a", "b"], 5000), rng.choice(["a", "b"], 2000, p=[0.7, 0.3]))

    assert found.method == "chi_squared"
    assert re.search(r"most of all '[ab]' from (49|50)\.\d % to (29|30|69|70)\.\d %", found.reason)


def test_many_columns_raise_the_bar_for_each():
    """p = .004 is certain enough alone, not as one of twenty."""
    before, after = with_missing(1000, 20), with_missing(1000, 45)
    steady = np.arange(1000) % 50
    alone = compared({"x": before}, {"x": after})
    among = compared(
        {"x": before} | {f"c{i}": steady for i in range(19)},
        {"x": after} | {f"c{i}": steady for i in range(19)},
    )

    assert alone.drifted
    assert not among.drifted
    assert among.feature("x").p_value == alone.feature("x").p_value
    assert among.feature("x").p_adjusted > alone.feature("x").p_adjusted


# The report


@pytest.mark.parametrize(("reference", "current"), [(99, 1000), (1000, 29), (1000, 0), (0, 0)])
def test_too_few_rows_are_not_compared_whatever_they_hold(reference, current):
    report = compared({"x": [1.0] * reference}, {"x": [2.0] * current})

    assert report.status is DriftStatus.NOT_ENOUGH_DATA
    assert not report.drifted
    assert report.feature("x").reason == "not compared: not enough data"
    assert report.verdict.startswith("Not enough data")


def test_too_few_rows_tell_what_would_have_shown():
    report = compared({"x": range(1000)}, {"x": range(20)})

    assert 0.4 < report.detectable_effect < 0.6
    assert f"KS distance of {report.detectable_effect:.3g}" in report.verdict


def test_features_are_ranked_by_effect_times_importance(rng):
    before = {name: rng.normal(size=5000) for name in ("large", "medium", "steady")}
    after = {
        "large": rng.normal(1, 1, 2000),
        "medium": rng.normal(0.5, 1, 2000),
        "steady": rng.normal(size=2000),
    }

    plain = compared(before, after)
    weighed = compared(before, after, importances={"large": 0.1, "medium": 0.7, "steady": 0.2})

    assert [feature.name for feature in plain.features] == ["large", "medium", "steady"]
    assert [feature.name for feature in weighed.features] == ["medium", "large", "steady"]
    assert weighed.feature("medium").importance == 0.7


def test_a_feature_without_importance_is_reported_behind_those_with_one(rng):
    before = {"known": rng.normal(size=5000), "unknown": rng.normal(size=5000)}
    after = {"known": rng.normal(0.5, 1, 2000), "unknown": rng.normal(5, 1, 2000)}
    report = compared(before, after, importances={"known": 0.1})

    assert [feature.name for feature in report.features] == ["known", "unknown"]
    assert report.feature("unknown").drifted


def test_the_verdict_names_the_worst_feature_and_how_many(rng):
    before = {"a": rng.normal(size=5000), "b": rng.normal(size=5000), "c": rng.normal(size=5000)}
    after = {"a": rng.normal(size=500), "b": rng.normal(3, 1, 500), "c": rng.normal(1, 1, 500)}
    report = compared(before, after)

    assert report.verdict.startswith("2 of 3 columns drifted (500 rows against 5,000, by rows alone")
    assert ", most of all 'b': " in report.verdict
    assert report.verdict.endswith("; also 'c'.")
    assert report.share_drifted == pytest.approx(2 / 3)
    assert report.severity is Severity.CRITICAL


def test_a_quiet_verdict_says_what_would_have_shown(rng):
    report = compared({"x": rng.normal(size=5000)}, {"x": rng.normal(size=500)})

    assert report.verdict.startswith("No drift in 1 column (500 rows against 5,000)")
    assert f"{report.detectable_effect:.3g} would probably have shown" in report.verdict


def test_a_table_without_columns_has_nothing_to_compare():
    empty = dataclasses.replace(table(pd.DataFrame({"x": range(200)})), columns=())

    assert compare(empty, empty).verdict.startswith("Nothing to compare")


# One method


def test_a_distance_drifts_from_its_usual_threshold_up(rng):
    policy = DriftPolicy(method="psi")
    near = feature(rng.normal(size=5000), rng.normal(0.1, 1, 5000), policy=policy)
    far = feature(rng.normal(size=5000), rng.normal(0.5, 1, 5000), policy=policy)

    assert not near.drifted
    assert far.drifted
    assert far.threshold == 0.1
    assert far.p_value is None
    assert far.statistic == far.effect


def test_a_distance_can_have_its_own_threshold(rng):
    before, after = rng.normal(size=5000), rng.normal(0.5, 1, 5000)

    assert feature(before, after, policy=DriftPolicy(method="wasserstein", threshold=0.3)).drifted
    assert not feature(before, after, policy=DriftPolicy(method="wasserstein", threshold=0.7)).drifted


def test_a_test_with_a_threshold_drifts_on_its_p_value_alone(rng):
    before, after = rng.normal(size=100_000), rng.normal(0.04, 1, size=100_000)

    assert not feature(before, after, policy=DriftPolicy(method="ks")).drifted
    found = feature(before, after, policy=DriftPolicy(method="ks", threshold=0.05))
    assert found.drifted
    assert found.severity is Severity.INFO
    assert found.threshold == 0.05


def test_columns_that_the_method_cannot_look_at_say_so():
    found = feature(["a", "b"] * 200, ["a", "c"] * 100, policy=DriftPolicy(method="ks"))

    assert not found.drifted
    assert found.reason == "not compared: Kolmogorov-Smirnov test does not apply to categorical columns"


@pytest.mark.parametrize(
    "options",
    [
        {"q": 0},
        {"q": 1},
        {"threshold": 0.1},
        {"method": "psi", "threshold": -1},
        {"floors": {"ks": 0}},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError):
        DriftPolicy(**options)


@pytest.mark.parametrize("options", [{"method": "magic"}, {"floors": {"magic": 0.1}}])
def test_an_unknown_method_is_refused_with_the_known_ones(options):
    with pytest.raises(LookupError, match=r"no drift method 'magic'; known: .*ks"):
        DriftPolicy(**options)


def test_every_knob_of_the_policy_explains_itself():
    assert all(field.metadata["help"] for field in dataclasses.fields(DriftPolicy))


def test_a_column_can_be_watched_less_closely_or_not_at_all(rng):
    before, after = with_missing(1000, 0), with_missing(1000, 30)

    assert feature(before, after).drifted
    assert not feature(before, after, policy=DriftPolicy(columns={"x": 2.0})).drifted
    left_out = feature(before, after, policy=DriftPolicy(columns={"x": 0.0}))
    assert not left_out.compared
    assert "left out by the settings" in left_out.reason


def test_the_limit_of_a_distance_can_differ_by_column(rng):
    before, after = rng.normal(size=3000), rng.normal(0.5, 1, size=3000)
    policy = DriftPolicy(method="psi", threshold=0.1)

    assert feature(before, after, policy=policy).drifted
    assert not feature(before, after, policy=dataclasses.replace(policy, columns={"x": 5.0})).drifted
