"""Drift between tables that went through the profiler and, the reference, through storage."""

import numpy as np
import pyarrow as pa
import pytest

from dataops.engine.drift import compare
from dataops.engine.profile import codec
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset

ROWS, WINDOW = 3000, 600


def usual(rng, rows):
    return {
        "amount": rng.lognormal(3, 1, rows),
        "rating": rng.integers(1, 6, rows),
        "airport": [f"A{i}" for i in rng.zipf(1.6, rows) % 400],
        "member": rng.random(rows) < 0.3,
        "seen_at": pa.array(np.arange(rows), pa.timestamp("s")),
        "unused": pa.nulls(rows, pa.string()),
    }


@pytest.fixture(scope="module")
def reference():
    whole = profile(ArrowDataset(pa.table(usual(np.random.default_rng(1), ROWS))))
    return codec.decode(codec.encode(whole))


def window(reference, **changes):
    """Report on a window of the usual rows with some columns replaced."""
    columns = usual(np.random.default_rng(2), WINDOW) | changes
    return compare(reference, profile(ArrowDataset(pa.table(columns)), like=reference))


def test_a_usual_window_does_not_drift(reference):
    report = window(reference, seen_at=pa.array(np.arange(WINDOW) + 10**6, pa.timestamp("s")))

    assert not report.drifted, report.verdict
    assert len(report.features) == 6


def with_nan():
    values = np.random.default_rng(3).lognormal(3, 1, WINDOW)
    values[:60], values[60:90] = np.nan, np.inf
    return values


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("amount", ["n/a"] * WINDOW, "type changed from float to text"),
        ("amount", pa.nulls(WINDOW, pa.float64()), "usable value from 0.0 % to 100.0 %"),
        ("amount", with_nan(), "usable value from 0.0 % to 15.0 %"),
        ("amount", np.full(WINDOW, 20.0), "one single value in the current window"),
        ("rating", [*[1, 2, 3, 4, 5] * 117, *[0] * 15], "outside the reference's range 1 to 5"),
        ("airport", ["A1"] * WINDOW, "most of all 'A1'"),
        ("member", ["yes", "no"] * (WINDOW // 2), "value 'yes', not seen in the reference"),
        ("unused", ["now"] * WINDOW, "usable value from 100.0 % to 0.0 %"),
    ],
)
def test_a_change_is_found_and_named(reference, column, values, reason):
    report = window(reference, **{column: values})

    assert [feature.name for feature in report.features if feature.drifted] == [column]
    assert reason in report.features[0].reason


def test_whole_numbers_sent_as_decimals_are_no_change(reference):
    ratings = usual(np.random.default_rng(2), WINDOW)["rating"]

    assert not window(reference, rating=ratings.astype(float)).feature("rating").drifted
