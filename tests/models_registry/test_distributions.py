"""What is drawn hides no row."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.services.distributions import BINS, CATEGORIES, distribution


def drawn(reference, current):
    before = profile(ArrowDataset(pa.table({"x": reference})))
    after = profile(ArrowDataset(pa.table({"x": current})), like=before)
    return distribution(before.column("x"), after.column("x"))


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


@settings(deadline=None)
@given(numbers, numbers)
def test_every_number_of_both_sides_is_in_a_bin(reference, current):
    shown = drawn(pa.array(reference), pa.array(current))

    assert sum(shown["reference"]) == len(reference)
    assert sum(shown["current"]) == len(current)
    assert len(shown["reference"]) == len(shown["current"])


names = st.lists(st.sampled_from([f"name {i}" for i in range(40)]), min_size=1, max_size=200)


@settings(deadline=None)
@given(names, names)
def test_every_text_of_both_sides_is_in_a_bar(reference, current):
    shown = drawn(pa.array(reference), pa.array(current))

    assert sum(shown["reference"]) == len(reference)
    assert sum(shown["current"]) == len(current)
    assert len(shown["edges"]) == len(shown["current"]) <= CATEGORIES + 1


def test_a_number_with_few_values_gets_a_bar_each_in_their_order():
    shown = drawn(pa.array([9, 10, 10, 5]), pa.array([10, 9, 12]))

    assert shown["edges"] == ["5", "9", "10", "all others"]
    assert (shown["reference"], shown["current"]) == ([1, 1, 2, 0], [0, 1, 1, 1])


def test_a_long_tail_does_not_squeeze_the_rest_into_one_bin():
    chance = np.random.default_rng(1)
    delays = np.append(chance.normal(0, 10, 10_000), [5_000.0])
    shown = drawn(pa.array(delays), pa.array(delays))

    assert BINS / 2 < len(shown["reference"]) <= BINS
    assert max(shown["reference"]) < 2_500


def test_values_beyond_the_reference_get_bins_of_their_own():
    shown = drawn(pa.array(np.arange(100.0)), pa.array([-7.0, 1.0, 109.0, 109.0]))

    assert (shown["edges"][0], shown["edges"][-1]) == (-7.0, 109.0)
    assert (shown["reference"][0], shown["reference"][-1]) == (0, 0)
    assert (shown["current"][0], shown["current"][-1]) == (1, 2)


@pytest.mark.parametrize("current", [[5.0], [4.0], [6.0, 5.0]])
def test_a_constant_reference_can_be_drawn(current):
    shown = drawn(pa.array([5.0, 5.0]), pa.array(current))
    assert sum(shown["current"]) == len(current)
