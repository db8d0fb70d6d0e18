"""The named numbers of a profile say what numpy says."""

import numpy as np
import pytest

from dataops.engine.metrics import METRICS
from tests.engine.tables import profile_of

NUMBERS = [0.0, 1.0, 2.0, 2.0, 5.0, None]
PRESENT = np.array(NUMBERS[:-1])
OF_COLUMN = {
    "missing_fraction": 1 / 6,
    "invalid_fraction": 0.0,
    "distinct": 4,
    "distinct_fraction": 4 / 5,
    "min": 0.0,
    "max": 5.0,
    "mean": PRESENT.mean(),
    "median": np.median(PRESENT),
    "std": PRESENT.std(ddof=1),
    "sum": PRESENT.sum(),
    "zero_fraction": 1 / 5,
    "outlier_fraction": 0.0,
    "mean_length": None,
}
OF_TABLE = {"row_count": 6, "column_count": 2, "duplicate_fraction": 0.0, "missing_cell_fraction": 1 / 12}


@pytest.fixture(scope="module")
def profile():
    return profile_of({"x": NUMBERS, "name": ["a", "bb", "ccc", "d", "e", "f"]})


def test_every_metric_has_a_known_answer():
    assert {"bytes", *OF_COLUMN, *OF_TABLE} == set(METRICS.keys())


@pytest.mark.parametrize("key", OF_COLUMN)
def test_a_metric_of_a_column(profile, key):
    assert METRICS[key].of(profile, "x") == (
        None if OF_COLUMN[key] is None else pytest.approx(OF_COLUMN[key])
    )


@pytest.mark.parametrize("key", OF_TABLE)
def test_a_metric_of_the_table(profile, key):
    assert METRICS[key].of(profile) == pytest.approx(OF_TABLE[key])


def test_a_profile_without_the_number_or_the_column_says_none(profile):
    assert METRICS["mean"].of(profile, "name") is None
    assert METRICS["mean_length"].of(profile, "name") == pytest.approx(9 / 6)
    assert METRICS["mean"].of(profile, "gone") is None
