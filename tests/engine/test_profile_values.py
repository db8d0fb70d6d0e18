"""The values a profile is made of: against numpy, and merged against whole."""

from collections import Counter
from functools import reduce
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.profile import Frequent, Histogram, Lengths, Moments, Outliers, Quantiles

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
columns = st.lists(numbers, min_size=1, max_size=200)
counted = st.lists(st.tuples(numbers, st.integers(1, 50)), min_size=1, max_size=60)

few = settings(max_examples=60, deadline=None)


@few
@given(columns, columns)
def test_moments_of_parts_merge_to_the_moments_of_the_whole(left, right):
    merged, whole = Moments.of(left).merge(Moments.of(right)), Moments.of(left + right)

    assert merged.count == whole.count
    assert merged.mean == pytest.approx(whole.mean, rel=1e-9, abs=1e-6)
    assert merged.m2 == pytest.approx(whole.m2, rel=1e-9, abs=1e-3)


@few
@given(st.lists(numbers, min_size=2, max_size=200))
def test_mean_and_spread_are_those_of_numpy(values):
    moments = Moments.of(values)

    assert moments.mean == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)
    assert moments.std == pytest.approx(np.std(values, ddof=1), rel=1e-6, abs=1e-5)


def test_spread_survives_a_large_offset():
    assert Moments.of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance == 30.0


@few
@given(counted)
def test_quantiles_of_counted_values_are_those_of_numpy_over_all_copies(pairs):
    values, counts = zip(*pairs, strict=True)
    quantiles = Quantiles.of(values, counts)

    expected = np.quantile(np.repeat(values, counts), quantiles.levels)
    np.testing.assert_allclose(quantiles.values, expected, rtol=1e-12, atol=1e-9)


@few
@given(columns, columns)
def test_histograms_on_the_same_edges_merge_to_the_histogram_of_the_whole(left, right):
    first = Histogram.of(left)
    second = Histogram.on(first.edges, right)

    assert first.merge(second) == Histogram.on(first.edges, left + right)
    assert second.total == len(right)


def test_histograms_on_different_edges_do_not_merge():
    with pytest.raises(ValueError, match="different edges"):
        Histogram.of([1, 2]).merge(Histogram.of([1, 3]))


@few
@given(columns)
def test_edges_rise_from_the_smallest_to_the_largest_value(values):
    edges = Histogram.of(values).edges

    assert (edges[0], edges[-1]) == (min(values), max(values))
    assert len(edges) == 2 or all(np.diff(edges) > 0)


@few
@given(columns)
def test_the_drawable_histogram_loses_no_row(values):
    fine = Histogram.of(values)
    drawn = fine.even()

    assert drawn.total == fine.total == len(values)
    assert (drawn.edges[0], drawn.edges[-1]) == (fine.edges[0], fine.edges[-1])
    # Bins that take in a cut off edge of 64 equal parts, and no more.
    assert len(drawn.counts) <= 65


@pytest.mark.parametrize("mass", [0.0, 5.0, 10.0], ids=["smallest", "middle", "largest"])
def test_a_value_with_many_rows_has_a_bin_to_itself(mass):
    spread = np.linspace(0, 10, 301)
    histogram = Histogram.of([mass, *spread], [500, *np.ones(301, int)])

    others = int((spread == mass).sum())
    assert max(histogram.counts) == 500 + others


def test_a_constant_column_has_one_bin():
    assert Histogram.of([3.0], [7]) == Histogram((3.0, 3.0), (7,))


@few
@given(st.dictionaries(st.text(max_size=3), st.integers(1, 9), max_size=150))
def test_frequent_values_account_for_every_row(counts):
    frequent = Frequent.of(list(counts), list(counts.values()))

    assert frequent.total == sum(counts.values())
    assert all(counts[value] == count for value, count in frequent.values)
    assert [n for _, n in frequent.values] == sorted(counts.values(), reverse=True)[:100]
    assert frequent.complete == (len(counts) <= 100)


def test_values_counted_like_a_reference_name_what_is_new():
    reference = Frequent.of(["a", "b", "c"], [5, 3, 1])

    current = Frequent.like(reference, ["x", "b", "y"], [1, 4, 6])

    assert current.values == (("a", 0), ("b", 4), ("c", 0))
    assert (current.new, current.new_rows, current.new_values) == ((("y", 6), ("x", 1)), 7, 2)
    assert (current.other, current.total) == (7, 11)


def test_frequent_values_merge_exactly_while_none_was_dropped():
    few_values, many = Frequent.of(["a"], [2]), Frequent.of(list(map(str, range(101))), [3] * 101)

    merged = few_values.merge(Frequent.of(["b", "a"], [3, 2]))
    assert (merged.values, merged.error) == ((("a", 4), ("b", 3)), 0)
    assert few_values.merge(many).error == 3


def test_frequent_values_counted_like_the_whole_so_far_merge_exactly():
    so_far = Frequent.of(["a", "b"], [5, 3])

    merged = so_far.merge(Frequent.like(so_far, ["b", "c"], [4, 2]))
    assert (merged.values, merged.other, merged.error) == ((("b", 7), ("a", 5), ("c", 2)), 0, 0)


@given(st.lists(st.lists(st.integers(0, 300).map(str), min_size=1, max_size=400), min_size=2, max_size=4))
def test_no_value_occurs_more_often_than_the_error_of_its_count_allows(parts):
    def count(values):
        return Frequent.of(*zip(*Counter(values).items(), strict=True))

    merged, whole = reduce(Frequent.merge, map(count, parts)), Counter(chain(*parts))

    assert merged.total == whole.total()
    assert all(n <= whole[value] <= n + merged.error for value, n in merged.values)
    most = merged.error + (merged.values[-1][1] if merged.other else 0)
    assert all(whole[value] <= most for value in whole.keys() - dict(merged.values).keys())


def test_lengths_merge():
    assert Lengths.of([1, 5], [2, 1]).merge(Lengths.of([3])) == Lengths.of([1, 1, 5, 3])


def test_a_value_on_a_fence_is_inside():
    values = [0, 1, 2, 3, 4, 7, 7.5]
    quantiles = Quantiles((0, 0.25, 0.75, 1), (0, 1, 3.4, 7.5))

    assert Outliers.of(quantiles, values, [1] * 7) == Outliers(1.5, 1 - 1.5 * 2.4, 3.4 + 1.5 * 2.4, 1)


def test_there_are_no_fences_around_a_column_that_is_mostly_one_value():
    values, counts = [0.0, 1.0, 2.0], [80, 10, 10]

    assert Outliers.of(Quantiles.of(values, counts), values, counts) is None
