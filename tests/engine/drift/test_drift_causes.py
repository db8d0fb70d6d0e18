"""Causes are named when they are there, with the share of rows, and not when something else happened."""

import numpy as np
import pandas as pd
import pytest

from dataops.engine.drift import compare
from dataops.engine.drift.causes import likely_causes
from tests.engine.drift.tables import table

ROWS = 8000


def flights(rng, rows=ROWS):
    return pd.DataFrame(
        {
            "distance": rng.gamma(3, 300, rows).round(),
            "temperature": rng.normal(12, 8, rows),
            "delay": rng.normal(5, 20, rows).round(),
            "carrier": rng.choice(["AA", "Delta Air", "United"], rows, p=[0.5, 0.3, 0.2]),
            "hour": np.clip(rng.spawn(1)[0].normal(13, 4, rows), 5, 23).astype(int),
        }
    )


@pytest.fixture
def causes():
    def found(change, seed=1, rows=ROWS):
        rng = np.random.default_rng(seed)
        before, after = flights(rng), flights(rng, rows)
        changed = change(after, rng)
        after = after if changed is None else changed
        reference = table(before)
        current = table(after, like=reference)
        report = compare(reference, current)
        return likely_causes(reference, current, [f for f in report.features if f.drifted])

    return found


def on_part(name, share, change):
    def changed(frame, rng):
        chosen = rng.random(len(frame)) < share
        frame.loc[chosen, name] = change(frame.loc[chosen, name])

    return changed


@pytest.mark.parametrize(
    ("name", "share", "change", "key", "words"),
    [
        ("distance", 0.5, lambda v: v * 1.609344, "unit", "miles to kilometres"),
        ("distance", 1.0, lambda v: v * 1.609344, "unit", "miles to kilometres"),
        ("distance", 0.15, lambda v: v / 1000, "unit", "divided by 1,000"),
        ("distance", 1.0, lambda v: v / 1000, "unit", "divided by 1,000"),
        ("temperature", 0.15, lambda v: v * 1.8 + 32, "unit", "Fahrenheit"),
        ("temperature", 1.0, lambda v: v * 1.8 + 32, "unit", "Fahrenheit"),
        ("temperature", 0.15, lambda v: v + 273.15, "unit", "Kelvin"),
        ("temperature", 1.0, lambda v: v + 273.15, "unit", "Kelvin"),
        ("distance", 0.15, lambda v: -v, "sign", "other sign"),
        ("distance", 1.0, lambda v: -v, "sign", "other sign"),
        ("distance", 0.15, lambda v: v * 0 - 1, "filled", "hold -1"),
        ("distance", 0.6, lambda v: v * 0 - 1, "filled", "hold -1"),
        ("carrier", 0.15, lambda v: v.str.upper() + " ", "spelling", "spell"),
        ("carrier", 1.0, lambda v: v.str.upper() + " ", "spelling", "spell"),
        ("delay", 0.15, lambda v: v * np.nan, "values_lost", "lost their value"),
        ("delay", 0.6, lambda v: v * np.nan, "values_lost", "lost their value"),
        ("hour", 1.0, lambda v: (v + 6) % 24, "clock", "moved on by 6 hours"),
        ("hour", 1.0, lambda v: (v - 1) % 24, "clock", "moved back by 1 hour,"),
        ("hour", 0.3, lambda v: (v - 8) % 24, "clock", "moved back by 8 hours"),
    ],
)
def test_a_known_mistake_is_named_with_the_share_of_rows(causes, name, share, change, key, words):
    cause = causes(on_part(name, share, change))[name]

    assert cause.key == key
    assert words in cause.text
    assert cause.share == pytest.approx(share, abs=0.05)


def test_columns_that_changed_places_are_named(causes):
    def swap(frame, rng):
        frame[["distance", "temperature"]] = frame[["temperature", "distance"]].to_numpy()

    found = causes(swap)

    assert found["distance"].key == found["temperature"].key == "swapped"
    assert "'temperature'" in found["distance"].text


def test_columns_that_moved_along_are_named(causes):
    def shift(frame, rng):
        frame[["temperature", "delay"]] = frame[["distance", "temperature"]].to_numpy()
        frame["distance"] = rng.exponential(3, len(frame))

    found = causes(shift)

    assert (found["temperature"].key, found["delay"].key) == ("shifted", "shifted")
    assert "'distance'" in found["temperature"].text
    assert "distance" not in found


@pytest.mark.parametrize(
    ("kept", "name", "said"),
    [
        (lambda frame: frame["hour"] < 14, "hour", "none lies above 13 any more, as 4"),
        (lambda frame: frame["distance"] > 500, "distance", "none lies below 501 any more"),
        (lambda frame: frame["carrier"] != "United", "carrier", "no row holds 'United' any more, as 1"),
    ],
)
def test_a_load_that_broke_off_is_named(causes, kept, name, said):
    found = causes(lambda frame, rng: frame[kept(frame)])

    assert (set(found), found[name].key) == ({name}, "truncated")
    assert said in found[name].text


def test_rows_that_were_sent_twice_are_named_where_nothing_else_changed():
    rng = np.random.default_rng(3)
    before, after = table(flights(rng)), flights(rng)
    late = after[after["delay"] > 30]
    sent = table(pd.concat([after, late, late, late]), like=before)
    drifted = [feature for feature in compare(before, sent).features if feature.drifted]
    found = likely_causes(before, sent, drifted, table(after, like=before))

    assert [(name, cause.key) for name, cause in found.items()] == [("delay", "repeated")]
    assert found["delay"].share == pytest.approx(3 * len(late) / (len(after) + 3 * len(late)))
    assert likely_causes(before, sent, drifted) == {}


@pytest.mark.parametrize(
    ("name", "share", "change"),
    [
        ("distance", 1.0, lambda v: v * 1.3),
        ("temperature", 1.0, lambda v: v + 4),
        ("temperature", 0.3, lambda v: v + 12),
        ("delay", 1.0, lambda v: v * 0.7),
        ("hour", 1.0, lambda v: (v + 23) // 2),
        ("hour", 0.3, lambda v: v.where(v < 12, 23)),
        ("distance", 1.0, lambda v: v.where(v < 900, 900 - v / 9)),
        ("carrier", 1.0, lambda v: v.where(v != "AA", "Ryanair")),
        ("carrier", 0.3, lambda v: v.where(v != "AA", "United")),
        ("carrier", 1.0, lambda v: v.where(v == "AA", "AA")),
    ],
)
def test_an_ordinary_change_gets_no_made_up_cause(causes, name, share, change):
    assert name not in causes(on_part(name, share, change))


def test_few_rows_that_all_grew_by_half_are_not_said_to_be_kilometres_for_the_most_part(causes):
    grown = on_part("distance", 1.0, lambda v: v * 1.5)

    assert not [seed for seed in range(20) if "distance" in causes(grown, seed, rows=300)]
