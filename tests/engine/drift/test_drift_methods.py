"""Every registered method keeps the same promises on every kind of column."""

import math

import numpy as np
import pytest
from scipy import stats

from dataops.engine.drift import METHODS, Kind
from dataops.engine.drift.unusual_values import unusual_p_value
from dataops.engine.errors import InspectionError
from dataops.engine.types import ColumnType
from tests.engine.drift.tables import column

RNG = np.random.default_rng(5)
SAMPLES = {
    "normal": RNG.normal(size=400),
    "zero_inflated": np.where(RNG.random(400) < 0.6, 0.0, RNG.exponential(size=400)),
    "integers": RNG.integers(0, 5, 400),
    "constant": np.full(400, 3),
    "huge": RNG.normal(size=400) * 1e300,
    "tiny": RNG.normal(size=400) * 1e-300,
    "one_row": [1.5],
    "categories": RNG.choice(["a", "b", "c"], 400),
    "identifiers": [f"id-{i}" for i in range(400)],
    "flags": RNG.random(400) < 0.3,
    "partly_missing": np.where(RNG.random(400) < 0.5, np.nan, RNG.normal(size=400)),
    "missing": [None] * 400,
    "no_rows": [],
}
NUMBERS = ["normal", "zero_inflated", "integers", "constant", "huge", "tiny", "one_row", "partly_missing"]
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)


def numbers(values, *, like=None):
    return column(np.asarray(values, dtype=float), type_=ColumnType.FLOAT, like=like)


def windows(name):
    """Windows of the same sort as the sample, profiled like it."""
    reference = column(SAMPLES[name])
    for other in [name, "missing", "no_rows", *(NUMBERS if name in NUMBERS else [])]:
        yield reference, column(SAMPLES[other], like=reference)


@every_method
@pytest.mark.parametrize("values", SAMPLES.values(), ids=SAMPLES)
def test_a_column_does_not_differ_from_itself(method, values):
    reference = column(values)
    measured = method.measure(reference, column(values, like=reference))

    assert measured.p_value in (None, pytest.approx(1.0))
    assert measured.p_value or measured.statistic == pytest.approx(0, abs=1e-12)
    assert measured.effect in (None, pytest.approx(0, abs=1e-12))


@every_method
@pytest.mark.parametrize("name", SAMPLES)
def test_measures_are_finite_and_within_range_on_any_pair(method, name):
    for reference, current in windows(name):
        measured = method.measure(reference, current)

        assert math.isfinite(measured.statistic)
        assert measured.effect is None or (math.isfinite(measured.effect) and measured.effect >= 0)
        assert measured.p_value is None or 0 <= measured.p_value <= 1
        assert measured.effect is None or method.describe(reference, current, measured)


@pytest.mark.parametrize(
    "method", [m for m in METHODS if Kind.OTHER not in m.kinds], ids=lambda method: method.key
)
@pytest.mark.parametrize("empty", ["missing", "no_rows"])
def test_a_column_without_values_is_not_compared_by_its_values(method, empty):
    for name in ("normal", "categories"):
        reference = column(SAMPLES[name])
        assert method.measure(reference, column(SAMPLES[empty], like=reference)).effect is None
    nothing = column(SAMPLES[empty])
    assert method.measure(nothing, column(SAMPLES["normal"], like=nothing)).effect is None


@every_method
def test_only_tests_have_a_p_value(method):
    for name in ("integers", "categories"):
        reference = column(SAMPLES[name])
        measured = method.measure(reference, reference)
        if measured.effect is not None:
            assert (measured.p_value is not None) == method.is_test


@every_method
def test_every_method_says_what_it_is(method):
    assert method.label
    assert method.floor > 0
    assert method.kinds
    assert "Source" in type(method).__doc__


@pytest.mark.parametrize("key", ["chi_squared", "psi", "jensen_shannon", "hellinger", "total_variation"])
def test_categories_may_change_sides(key):
    before, after = ["a"] * 60 + ["b"] * 40, ["a"] * 20 + ["b"] * 60
    there = METHODS[key].measure(column(before), column(after, like=column(before)))
    back = METHODS[key].measure(column(after), column(before, like=column(after)))

    assert there.statistic == pytest.approx(back.statistic)
    assert there.effect == pytest.approx(back.effect)


def test_a_missing_rate_that_rises_falls_when_the_sides_change():
    full, half = column([1.0] * 100), column([1.0] * 50 + [None] * 50)
    there, back = METHODS["missing_rate"].measure(full, half), METHODS["missing_rate"].measure(half, full)

    assert there.statistic == -back.statistic == 0.5
    assert there.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize("name", ["normal", "zero_inflated", "integers"])
def test_ks_on_a_profile_is_close_to_that_of_the_rows_and_never_larger(name):
    before = np.asarray(SAMPLES[name], dtype=float)
    after = before[: before.size // 2] * 1.2 + 0.1
    measured = METHODS["ks"].measure(numbers(before), numbers(after, like=numbers(before)))
    theirs = stats.ks_2samp(before, after).statistic

    assert theirs - 0.02 <= measured.statistic <= theirs + 1e-12


def test_wasserstein_on_a_profile_is_close_to_that_of_the_rows():
    before = np.random.default_rng(1).normal(50, 10, 5000)
    after = before[:2000] * 1.1 + 5
    measured = METHODS["wasserstein"].measure(numbers(before), numbers(after, like=numbers(before)))

    assert measured.statistic == pytest.approx(stats.wasserstein_distance(before, after) / 10, abs=0.03)


def test_wasserstein_counts_the_distance_of_values_far_outside():
    before = np.linspace(0, 1, 1000)
    after = np.concatenate([before[:990], np.full(10, 1000.0)])
    measured = METHODS["wasserstein"].measure(numbers(before), numbers(after, like=numbers(before)))

    # Rows outside count as spread evenly up to the largest value, so half their way is certain.
    assert measured.statistic >= stats.wasserstein_distance(before, after) / before.std() / 2.1


def test_frequent_values_of_a_long_tail_are_not_taken_to_have_become_rarer():
    """Without care the 100 commonest of many equal values look rarer in every other sample."""
    rng, method = np.random.default_rng(11), METHODS["chi_squared"]
    p_values = []
    for _ in range(40):
        reference = column([f"v{i}" for i in rng.integers(0, 1500, 5000)])
        current = column([f"v{i}" for i in rng.integers(0, 1500, 5000)], like=reference)
        p_values.append(method.measure(reference, current).p_value)

    assert min(p_values) > 0.001


def test_a_new_value_is_found_although_the_reference_lists_only_the_commonest():
    rng = np.random.default_rng(12)
    before = [f"v{i}" for i in rng.integers(0, 300, 20_000)]
    after = [*(f"v{i}" for i in rng.integers(0, 300, 1900)), *["new"] * 100]
    reference = column(before)
    measured = METHODS["new_category"].measure(reference, column(after, like=reference))

    assert measured.p_value < 1e-6
    assert measured.statistic == 0.05
    assert 0.04 < measured.effect < 0.05


def test_a_value_that_the_reference_names_but_does_not_hold_is_new():
    named = column(["a", "b"])
    reference = column(["a"] * 100, like=named)
    measured = METHODS["new_category"].measure(reference, column(["a"] * 50 + ["b"] * 50, like=reference))

    assert measured.effect == 0.5
    assert measured.p_value < 1e-6


def test_a_code_not_seen_before_is_a_new_value_of_a_whole_number_column():
    reference = column(np.arange(1000) % 7)
    measured = METHODS["new_category"].measure(reference, column([9] * 20 + [1] * 80, like=reference))

    assert measured.effect == 0.2
    assert measured.p_value < 1e-6


def prices(rng, rows, values=300):
    """Whole numbers that repeat, more of them than a profile lists, some far more often than others."""
    shares = 1 / np.arange(1, values + 1)
    return (rng.choice(values, rows, p=shares / shares.sum()) * 7919) % 100_003


def test_numbers_of_which_a_part_is_in_another_unit_are_unusual_wherever_they_lie():
    rng, method = np.random.default_rng(13), METHODS["unusual_values"]
    reference = column(prices(rng, 20_000))
    after = prices(rng, 500)
    after[::5] = (after[::5] * 1.609344).round().astype(int)
    measured = method.measure(reference, column(after, like=reference))

    assert measured.effect == pytest.approx(0.2 * 0.7, abs=0.04)
    assert measured.p_value < 1e-5


def test_numbers_that_repeat_are_not_unusual_by_chance():
    rng, method = np.random.default_rng(14), METHODS["unusual_values"]
    p_values = []
    for _ in range(200):
        reference = column(prices(rng, 3_000, 1_500))
        p_values.append(method.measure(reference, column(prices(rng, 1_000, 1_500), like=reference)).p_value)

    assert np.mean(np.array(p_values) <= 0.05) <= 0.07
    assert np.mean(np.array(p_values) <= 0.005) <= 0.015


def test_unusual_values_are_tested_as_one_sided_as_their_question():
    found = unusual_p_value(200, 2_000, 70, 500)
    theirs = stats.norm.sf((0.14 - 0.1) / np.sqrt(270 / 2500 * (1 - 270 / 2500) * (1 / 2_000 + 1 / 500)))

    assert found == pytest.approx(theirs)
    assert (
        unusual_p_value(3, 1_000, 4, 200)
        >= stats.fisher_exact([[4, 196], [3, 997]], alternative="greater").pvalue - 1e-12
    )


@pytest.mark.parametrize("values", [np.arange(1000.0), [f"v{i}" for i in range(1000)]])
def test_profiles_counted_on_different_cells_are_refused(values):
    reference, other = column(values), column(values[::-1][:700])

    with pytest.raises(InspectionError, match="like the reference") as refused:
        METHODS["chi_squared"].measure(reference, other)
    assert refused.value.code == "not_comparable"
