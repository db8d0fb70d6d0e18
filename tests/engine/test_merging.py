"""Profiles of parts, merged, against the profile of the whole."""

from functools import reduce
from itertools import pairwise, permutations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.profile import Profile
from dataops.engine.profile.codec import decode, encode
from dataops.engine.profilers import profile
from dataops.engine.readers import ArrowDataset
from tests.engine.tables import NA, flights_csv, profile_of, profile_text

ROWS = 20_000
EXACT = ("name", "type", "rows", "missing", "nan", "infinite", "minimum", "maximum", "lengths")


def profiles_of(table: pa.Table, cuts: list[int], **options) -> list[Profile]:
    """Profiles of the slices of a table between the cuts."""
    bounds = [0, *sorted(cuts), table.num_rows]
    slices = [table.slice(low, high - low) for low, high in pairwise(bounds)]
    return [profile(ArrowDataset(part), **options) for part in slices if part.num_rows]


@pytest.fixture(scope="module")
def big():
    random = np.random.default_rng(3)
    return pa.table(
        {
            "normal": random.normal(100, 15, ROWS),
            "skewed": random.lognormal(0, 2, ROWS),
            "mass": np.where(random.random(ROWS) < 0.6, 0.0, random.random(ROWS)),
            "few": random.integers(0, 20, ROWS),
            "id": np.arange(ROWS),
            "word": [f"w{i}" for i in random.integers(0, 9_000, ROWS)],
            "letter": [chr(97 + i) for i in random.integers(0, 26, ROWS)],
            "time": pa.array(np.sort(random.integers(0, 10**9, ROWS)), pa.int64()).cast(pa.timestamp("s")),
        }
    )


@pytest.fixture(scope="module")
def whole(big):
    return profile(ArrowDataset(big))


def assert_exact_counts(merged: Profile, whole: Profile) -> None:
    assert (merged.rows, merged.names) == (whole.rows, whole.names)
    for found, expected in zip(merged.columns, whole.columns, strict=True):
        assert [getattr(found, name) for name in EXACT] == [getattr(expected, name) for name in EXACT]
        assert found.frequent.total == expected.frequent.total
        if expected.moments:
            assert found.moments.mean == pytest.approx(expected.moments.mean, rel=1e-9, abs=1e-9)
            assert found.moments.m2 == pytest.approx(expected.moments.m2, rel=1e-9, abs=1e-9)


def assert_ranks_within_margins(merged: Profile, table: pa.Table) -> None:
    """Every percentile has at most ``rank`` too many or too few rows below it."""
    for column in merged.columns:
        if column.quantiles is None:
            continue
        values = table[column.name]
        values = values.cast(pa.int64()) if pa.types.is_timestamp(values.type) else values
        x, slack = (
            np.sort(values.to_numpy().astype(float)),
            column.margins.rank if column.margins else 1 / ROWS,
        )
        levels, found = np.array(column.quantiles.levels), np.array(column.quantiles.values)
        reach = 1e-9 * np.abs(found)
        below = np.searchsorted(x, found - reach, side="left") / x.size
        upto = np.searchsorted(x, found + reach, side="right") / x.size
        assert (below <= levels + slack).all(), column.name
        assert (upto >= levels - slack).all(), column.name


@pytest.mark.parametrize("cuts", [[7_000], [100, 5_000, 5_001, 19_000]], ids=["two parts", "uneven parts"])
def test_sketched_parts_merge_to_the_whole_within_the_stated_errors(big, whole, cuts):
    merged = reduce(Profile.merge, profiles_of(big, cuts, mergeable=True))

    assert_exact_counts(merged, whole)
    assert_ranks_within_margins(merged, big)
    for found, expected in zip(merged.columns, whole.columns, strict=True):
        allowed = 4 * (found.margins.distinct if found.margins else 0)
        assert abs(found.distinct - expected.distinct) <= allowed * expected.distinct
        assert not found.margins or found.margins.rank < 0.004
    assert abs(merged.duplicate_rows - whole.duplicate_rows) <= 4 * merged.duplicate_rows_error


@pytest.mark.parametrize("cuts", [[7_000], [100, 5_000, 5_001, 19_000]], ids=["two parts", "uneven parts"])
def test_plain_parts_merge_within_wider_stated_errors(big, whole, cuts):
    merged = reduce(Profile.merge, profiles_of(big, cuts))

    assert_exact_counts(merged, whole)
    assert_ranks_within_margins(merged, big)
    for found, expected in zip(merged.columns, whole.columns, strict=True):
        error = found.margins.distinct if found.margins else 0
        assert abs(found.distinct - expected.distinct) <= error * max(found.distinct, expected.distinct) + 1


def test_parts_counted_like_the_first_have_exact_histograms(big):
    first = profile(ArrowDataset(big.slice(0, 7_000)))
    reference = profile(ArrowDataset(big), like=first)
    like_first = profiles_of(big.slice(7_000), [5_000], like=first)
    merged = reduce(Profile.merge, like_first, first)

    assert_ranks_within_margins(merged, big)
    for found, expected in zip(merged.columns, reference.columns, strict=True):
        assert found.histogram == expected.histogram
        assert found.margins is None or found.margins.bins == 0


def test_columns_of_few_values_stay_exact(big, whole):
    merged = reduce(Profile.merge, profiles_of(big, [7_000, 12_000]))

    assert (merged.column("letter").exact, merged.column("letter").margins) == (True, None)
    assert set(merged.column("letter").frequent.values) == set(whole.column("letter").frequent.values)
    few, expected = merged.column("few"), whole.column("few")
    assert (few.exact, few.quantiles, few.outliers) == (True, expected.quantiles, expected.outliers)


def test_duplicates_of_disjoint_parts_add_up():
    one = profile_of({"day": [1, 1, 1], "x": ["a", "a", "b"]})
    other = profile_of({"day": [2, 2], "x": ["a", "a"]})

    merged = one.merge(other, disjoint=True)
    assert (merged.duplicate_rows, merged.duplicate_rows_error) == (2, 0)
    assert one.merge(one).duplicate_rows_error == 2


def test_sketches_see_rows_that_occur_in_both_parts():
    part = profile_of({"x": ["a", "b", "b"]}, mergeable=True)

    merged = part.merge(part)
    assert (merged.duplicate_rows, merged.duplicate_rows_error) == (4, 0)


def test_a_part_without_values_changes_no_statistic():
    values = profile_of({"x": [1.0, 2.0, 4.0]}).column("x")
    merged = profile_of({"x": [None, None]}).column("x").merge(values)

    assert (merged.rows, merged.missing, merged.exact) == (5, 2, True)
    assert (merged.quantiles, merged.histogram) == (values.quantiles, values.histogram)


def test_parts_of_different_columns_or_types_are_refused():
    with pytest.raises(ValueError, match="different columns: y"):
        profile_of({"x": [1]}).merge(profile_of({"x": [1], "y": [1]}))
    with pytest.raises(ValueError, match="column 'x' is integer in one part and text"):
        profile_of({"x": [1]}).merge(profile_of({"x": ["a"]}))


def test_sketches_of_a_file_are_those_of_its_typed_rows(tmp_path):
    text = profile_text(tmp_path / "flights.csv", flights_csv(3_000), missing=NA, mergeable=True)

    for column in text.columns:
        assert column.sketches.distinct.estimate == column.distinct
    assert text.rows_sketch.estimate == text.rows - text.duplicate_rows


def test_a_mergeable_profile_comes_back_equal_from_the_store(big):
    found = profile(ArrowDataset(big.slice(0, 500)), mergeable=True)

    assert decode(encode(found)) == found
    merged = found.merge(found)
    assert decode(encode(merged)) == merged


CELLS = st.tuples(
    st.none() | st.floats(-1e6, 1e6, allow_subnormal=False) | st.sampled_from([0.0, 1.0]),
    st.none() | st.sampled_from("abcdefgh"),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(CELLS, min_size=4, max_size=60),
    st.sets(st.integers(1, 59), min_size=1, max_size=2),
    st.booleans(),
)
def test_merging_any_split_in_any_order_agrees_with_the_whole(rows, cuts, mergeable):
    x, t = zip(*rows, strict=True)
    table = pa.table({"x": pa.array(x, pa.float64()), "t": pa.array(t, pa.string())})
    parts = profiles_of(table, [cut for cut in cuts if cut < len(rows)], mergeable=mergeable)
    expected = profile(ArrowDataset(table))

    for order in permutations(parts):
        for merged in (reduce(Profile.merge, order), Profile.merge(*order)):
            assert_exact_counts(merged, expected)
            assert set(merged.column("t").frequent.values) == set(expected.column("t").frequent.values)
            assert [c.distinct for c in merged.columns] == [c.distinct for c in expected.columns]
    if len(parts) == 3:
        left, right = parts[0].merge(parts[1]).merge(parts[2]), parts[0].merge(parts[1].merge(parts[2]))
        assert_exact_counts(left, right)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(CELLS, min_size=2, max_size=20),
    st.lists(CELLS, min_size=1, max_size=60),
    st.sets(st.integers(1, 59), max_size=6),
)
def test_windows_merged_at_once_are_what_they_are_merged_one_after_another(reference, rows, cuts):
    like, table = (
        pa.table({"x": pa.array(x, pa.float64()), "t": pa.array(t, pa.string())})
        for x, t in (zip(*side, strict=True) for side in (reference, rows))
    )
    usual = profile(ArrowDataset(like))
    windows = profiles_of(table, [cut for cut in cuts if cut < len(rows)], like=usual)

    def two(one, other):
        return one.merge(other, disjoint=True, alike=True)

    at_once = windows[0].merge(*windows[1:], disjoint=True, alike=True)
    whole = profile(ArrowDataset(table), like=usual)
    assert_exact_counts(at_once, whole)
    for found, paired, expected in zip(
        at_once.columns, reduce(two, windows).columns, whole.columns, strict=True
    ):
        assert found.frequent.values == expected.frequent.values
        assert (found.histogram, found.distinct) == (expected.histogram, expected.distinct)
        if found.frequent.names_all and paired.frequent.names_all:
            assert found == paired


@pytest.mark.parametrize("mergeable", [True, False])
def test_many_parts_merged_at_once_keep_to_the_stated_errors(big, whole, mergeable):
    parts = profiles_of(big, [100, 5_000, 5_001, 12_000, 19_000], mergeable=mergeable)
    at_once, in_turn = parts[0].merge(*parts[1:]), reduce(Profile.merge, parts)

    assert_exact_counts(at_once, whole)
    assert_ranks_within_margins(at_once, big)
    assert at_once.duplicate_rows_error <= in_turn.duplicate_rows_error
    assert abs(at_once.duplicate_rows - whole.duplicate_rows) <= 4 * at_once.duplicate_rows_error
    for found, expected in zip(at_once.columns, whole.columns, strict=True):
        most = 4 * (found.margins.distinct if found.margins else 0) * max(found.distinct, expected.distinct)
        assert abs(found.distinct - expected.distinct) <= most + 1
