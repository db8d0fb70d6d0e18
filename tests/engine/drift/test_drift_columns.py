"""Columns that move on by nature, and columns that are not what they were."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dataops.engine.drift import Kind, compare
from dataops.engine.errors import InspectionError
from dataops.engine.types import ColumnType, Severity
from tests.engine.drift.tables import column, compared, feature, table, with_missing


@pytest.fixture
def rng():
    return np.random.default_rng(42)


def dates(start, rows):
    return [dt.datetime(2013, 1, 1) + dt.timedelta(hours=start + hour) for hour in range(rows)]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (dates(0, 500), dates(500, 500), "dates move on"),
        (
            [f"id-{i}" for i in range(500)],
            [f"id-{i}" for i in range(500, 900)],
            "nearly every value is different",
        ),
        (range(1000, 1500), range(1500, 2000), "running number"),
    ],
    ids=["dates", "identifiers", "running numbers"],
)
def test_values_that_move_on_by_nature_raise_no_alarm(before, after, why):
    found = feature(before, after)

    assert not found.drifted
    assert found.kind is Kind.OTHER
    assert why in found.reason
    assert [component.method for component in found.components] == ["missing_rate"]


def test_their_missing_values_still_do():
    found = feature(dates(0, 500), [*dates(500, 250), *[pd.NaT] * 250])

    assert found.drifted
    assert found.method == "missing_rate"
    assert "50.0 %" in found.reason
    assert "dates move on" in found.reason


def test_different_whole_numbers_over_a_wide_span_are_a_measurement_not_a_key(rng):
    """Amounts in cents rarely repeat either; what moves them is worth an alarm."""
    before = rng.choice(10**8, 500, replace=False)

    assert feature(before, before * 3).drifted


@pytest.mark.parametrize("values", [[7] * 500, ["same"] * 500])
def test_a_constant_column_that_stays_is_steady(values):
    found = feature(values, values[:200])

    assert not found.drifted
    assert "one single value in each window" in found.reason


@pytest.mark.parametrize(("before", "after"), [(7, 8), (7.0, 6.5), ("same", "other")])
def test_a_constant_column_that_changes_its_value_drifts(before, after):
    assert feature([before] * 500, [after] * 200).drifted


def test_a_column_that_becomes_constant_drifts_and_says_so(rng):
    found = feature(rng.normal(size=1000), np.zeros(500))

    assert found.drifted
    assert "one single value in the current window" in found.reason


def test_a_column_that_loses_all_its_values_drifts(rng):
    found = feature(rng.normal(size=1000), [np.nan] * 500)

    assert found.severity is Severity.CRITICAL
    assert found.missing_change == 1
    assert "to 100.0 %" in found.reason
    assert "only 0 current values" in found.reason


def test_values_that_no_longer_read_as_the_type_are_no_values(rng):
    before = table(pd.DataFrame({"x": rng.normal(size=1000)}))
    unreadable = dataclasses.replace(
        column([np.nan] * 500, like=before.column("x")), missing=0, invalid=500, distinct=40
    )
    found = compare(before, dataclasses.replace(before, rows=500, columns=(unreadable,))).feature("x")

    assert found.drifted
    assert "100.0 % not readable as float" in found.reason


def test_an_empty_column_stays_empty_without_an_alarm():
    found = feature([None] * 500, [None] * 200)

    assert not found.drifted
    assert "no value to compare with" in found.reason


def test_an_empty_column_that_fills_drifts():
    assert feature([None] * 500, ["a"] * 200).drifted


def test_few_values_are_not_compared_but_their_loss_is_seen():
    before = with_missing(1000, 0)
    found = feature(before, with_missing(1000, 980))

    assert [component.method for component in found.components] == ["missing_rate"]
    assert "only 20 current values, 30 are needed" in found.reason


def test_a_column_missing_from_the_window_is_critical():
    report = compared({"x": range(200), "y": [1.5, 2.5] * 100}, {"y": [1.5, 2.5] * 50})
    found = report.feature("x")

    assert found.drifted
    assert found.severity is Severity.CRITICAL
    assert found.reason == "missing from the current window"


def test_a_changed_type_is_critical():
    before = table(pd.DataFrame({"x": [1, 2] * 100}))
    found = compare(before, table(pd.DataFrame({"x": ["one", "two"] * 100}))).feature("x")

    assert found.severity is Severity.CRITICAL
    assert found.reason == "type changed from integer to text"


def test_whole_numbers_that_become_decimals_are_still_numbers(rng):
    values = rng.integers(0, 10, 1000)
    before = table(pd.DataFrame({"x": values}))
    after = dataclasses.replace(column(values, like=before.column("x")), type=ColumnType.FLOAT)

    assert not compare(before, dataclasses.replace(before, columns=(after,))).drifted


def test_a_column_that_is_new_is_told_and_does_not_drift():
    before = table(pd.DataFrame({"x": [1, 2] * 100}))
    after = table(pd.DataFrame({"x": [1, 2] * 100}), like=before)
    more = dataclasses.replace(after, columns=(*after.columns, column([1] * 200, name="y")))
    found = compare(before, more).feature("y")

    assert not found.drifted
    assert found.reason == "not compared: not in the reference"


def test_a_window_profiled_on_its_own_is_refused(rng):
    before, after = (table(pd.DataFrame({"x": rng.normal(size=500)})) for _ in range(2))

    with pytest.raises(InspectionError, match=r"column 'x'.*like the reference"):
        compare(before, after)
