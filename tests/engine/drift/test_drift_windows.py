"""Windows as the measure of windows: rows of one day are alike, and that alone must alarm nobody."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dataops.engine.drift import DriftPolicy, compare
from dataops.engine.drift.betting import CONFIRMED, stake, wealth
from dataops.engine.drift.cells import most_outside
from dataops.engine.drift.joined import joined
from dataops.engine.drift.windows import Unusual, unusual
from tests.engine.drift.tables import table


def day(rng, rows=600):
    """Rows that share the weather of their day: delays and a category depend on it, the rest does not."""
    weather = rng.normal()
    busy = 1 / (1 + np.exp(-2 + weather))
    return pd.DataFrame(
        {
            "delay": rng.exponential(10 * np.exp(weather / 2), rows).round(),
            "distance": rng.gamma(3, 300, rows).round(),
            "carrier": np.where(rng.random(rows) < busy, "A", rng.choice(list("BCDE"), rows)),
            "tail": np.where(rng.random(rows) < 0.02 * np.exp(weather), None, rng.choice(list("xyz"), rows)),
        }
    )


@pytest.fixture(scope="module")
def stream():
    """A reference of forty days and, profiled like it, two hundred more that are just like these."""
    rng = np.random.default_rng(2013)
    frames = [day(rng) for _ in range(240)]
    reference = table(pd.concat(frames[:40], ignore_index=True))
    return reference, [table(frame, like=reference) for frame in frames[40:]]


def alarms(stream, windows):
    """Share of the days on which something drifted, each by the measure of so many others drawn by lot."""
    reference, days = stream
    rng = np.random.default_rng(windows)
    found = []
    for _ in range(150):
        now, *earlier = rng.choice(len(days), windows + 1, replace=False)
        found.append(compare(reference, days[now], windows=[days[i] for i in earlier]).drifted)
    return np.mean(found)


def test_by_the_measure_of_rows_most_days_drift(stream):
    assert alarms(stream, 0) > 0.6


@pytest.mark.parametrize("windows", [20, 30, 60])
def test_by_the_measure_of_windows_hardly_a_day_does(stream, windows):
    assert alarms(stream, windows) <= 0.06


@pytest.mark.parametrize("windows", [5, 10])
def test_few_windows_already_help(stream, windows):
    assert alarms(stream, windows) <= 0.08


def test_a_row_is_worth_less_for_certain_the_fewer_windows_tell():
    few, some = (Unusual({}, {"values": 4.0}, windows=count) for count in (6, 19))
    deviate = stats.norm.isf(1e-10 / 2)

    assert few.deflated(1e-10, "values") == pytest.approx(2 * stats.t.sf(deviate / 2, df=5))
    assert some.deflated(1e-10, "values") == pytest.approx(2 * stats.t.sf(deviate / 2, df=18))
    assert some.deflated(0.3, "another") == 0.3


def unit_changed(frame):
    frame["distance"] = frame["distance"].where(frame.index % 3 > 0, (frame["distance"] * 1.609).round())


def nulls_flooded(frame):
    frame.loc[frame.index % 10 == 0, "distance"] = np.nan


def carrier_joined(frame):
    frame.loc[frame.index % 50 == 0, "carrier"] = "Z"


def mix_moved(frame):
    frame.loc[frame.index % 4 == 0, "tail"] = "x"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (unit_changed, "distance"),
        (nulls_flooded, "distance"),
        (carrier_joined, "carrier"),
        (mix_moved, "tail"),
    ],
)
def test_what_really_changes_is_still_found(stream, change, name):
    reference, days = stream
    rng, found = np.random.default_rng(7), []
    for part in range(20):
        frame = day(rng)
        change(frame)
        report = compare(reference, table(frame, like=reference), windows=days[part * 5 : part * 5 + 40])
        found.append(name in [feature.name for feature in report.features if feature.drifted])

    assert np.mean(found) >= 0.8


def test_a_report_says_what_it_was_measured_by(stream):
    reference, days = stream
    report = compare(reference, days[0], windows=days[1:31])

    assert report.windows == 30
    assert "30 earlier windows" in report.verdict
    assert report.detectable_effect is None
    assert report.p_value >= 1 / 31


def test_fewer_than_five_windows_are_no_measure(stream):
    reference, days = stream

    assert compare(reference, days[0], windows=days[1:5]) == compare(reference, days[0])
    assert not compare(reference, days[0], windows=days[1:6]).calibrating


def test_what_rows_alone_show_of_a_day_is_hardly_ever_beyond_doubt(stream):
    reference, days = stream
    found = [compare(reference, day) for day in days]

    assert all(report.calibrating for report in found)
    assert all("by rows alone" in report.verdict for report in found if report.drifted)
    assert np.mean([report.is_gross for report in found]) <= 0.06


def test_a_column_that_is_gone_or_hardly_the_same_is_beyond_doubt_without_any_window(stream):
    reference, _ = stream
    frame = day(np.random.default_rng(3))
    without = table(frame.drop(columns="distance"), like=_without(reference, "distance"))
    elsewhere = table(frame.assign(distance=frame["distance"] + 10_000), like=reference)

    assert compare(reference, without).is_gross
    assert compare(reference, elsewhere).is_gross


def test_a_limit_of_the_users_own_is_kept_whatever_the_windows(stream):
    reference, days = stream
    policy = DriftPolicy(method="psi", threshold=0.1)

    assert compare(reference, days[0], policy, windows=days[1:31]) == compare(reference, days[0], policy)


def test_a_column_of_independent_rows_counts_them_all(stream):
    _, days = stream
    effects = {name: one.design_effects for name, one in unusual(days[1:], days[0]).items()}

    assert effects["distance"]["values"] == pytest.approx(1, abs=0.2)
    assert effects["delay"]["values"] > 3


def test_a_window_without_a_column_or_without_values_is_borne(stream):
    reference, days = stream
    rng = np.random.default_rng(1)
    without = table(day(rng).drop(columns="delay"), like=_without(reference, "delay"))
    hollow = table(day(rng).assign(distance=np.nan), like=reference)

    assert compare(reference, without, windows=days[:30]).feature("delay").drifted
    assert compare(reference, hollow, windows=days[:30]).feature("distance").drifted
    assert compare(reference, days[0], windows=[without, *days[1:30]]).windows == 30


def _without(profile, name):
    return replace(profile, columns=tuple(column for column in profile.columns if column.name != name))


def test_a_window_without_drift_is_expected_to_lose_the_bet():
    """The mean stake of a uniform p-value is 1; of those of so many windows it is less."""
    windows = 30

    assert np.mean([stake((k + 1) / (windows + 1)) for k in range(windows + 1)]) < 1


def test_four_extreme_windows_in_a_row_confirm_what_one_only_suggests():
    held = [1.0]
    for _ in range(4):
        held.append(wealth(held[-1], 1 / 61))

    assert held[1] < CONFIRMED <= held[4]


def test_windows_joined_are_one_window_on_the_cells_of_the_reference(stream):
    reference, _ = stream
    rng = np.random.default_rng(77)
    frames = [day(rng) for _ in range(5)]
    frames[3].loc[:9, "carrier"] = "Q"
    frames[2].loc[:4, "delay"] = 1e6
    whole = table(pd.concat(frames, ignore_index=True), like=reference)
    found = joined(reference, [table(frame, like=reference) for frame in frames])

    assert found.rows == whole.rows
    for name in reference.names:
        mine, theirs = found.column(name), whole.column(name)
        assert (mine.missing, mine.histogram) == (theirs.missing, theirs.histogram)
        assert (mine.frequent.values, mine.frequent.other) == (theirs.frequent.values, theirs.frequent.other)
        assert most_outside(mine.frequent) >= most_outside(theirs.frequent)
    assert found.column("carrier").frequent.new == (("Q", 10),)


def test_what_a_moved_reference_has_seen_is_news_no_more(stream):
    """Beyond the range and the categories of the training data, as the windows before were."""
    reference, _ = stream
    rng = np.random.default_rng(78)

    def moved() -> pd.DataFrame:
        frame = day(rng, 800)
        frame.loc[:80, "distance"] += 1e5
        frame.loc[:80, "carrier"] = "Q"
        return frame

    before = joined(reference, [table(moved(), like=reference) for _ in range(20)])
    now = table(moved(), like=reference)
    told = {f.name: {c.method: c for c in f.components} for f in compare(before, now).features}

    assert {f.name for f in compare(reference, now).features if f.drifted} >= {"distance", "carrier"}
    assert told["distance"]["out_of_range"].p_value > 0.01
    assert told["carrier"]["new_category"].p_value > 0.01


def test_nothing_joins_to_nothing(stream):
    with pytest.raises(ValueError, match="no windows"):
        joined(stream[0], [])
