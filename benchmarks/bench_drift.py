"""How often a drift check raises an alarm: without any drift, and for changes put into one column.

Flights of 2013 are drawn in random order, so that any two parts are samples of one population; a change then
touches one column of the current window. Days in random order are windows whose rows depend on each other
while nothing drifts. Each trial draws a reference and a window anew, all from the same seeds.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from benchmarks.drift_peers.beside import Trial, judged
from benchmarks.flight_windows import (
    COLUMNS,
    SERVED,
    all_flights,
    days_of_autumn,
    profiled,
    rows_of_days,
    together,
)
from benchmarks.measurement import Measurement
from dataops.engine.drift import DriftReport, Window, compare
from dataops.engine.drift.joined import joined
from dataops.engine.drift.windows import ENOUGH
from dataops.engine.profile import Profile

Change = Callable[[pd.DataFrame], None]

# (reference rows, window rows, trials): the sizes of which no false alarm may be more frequent than the bar.
SIZES = (
    (100, 100, 200),
    (500, 500, 300),
    (20_000, 100, 100),
    (20_000, 500, 100),
    (5_000, 5_000, 60),
    (50_000, 50_000, 12),
)
POWER_TRIALS = 40
JOINT_TRIALS = 40
DAYS = (5, 10, 20, 30, 60)
MOVING = (8, 28)  # of 60 earlier days that make up a reference that moves on
DAY_TRIALS = 200
# (reference rows, window rows, trials) that the others judge too: they take seconds for each.
BESIDE_QUIET = ((500, 500, 20), (20_000, 500, 20), (5_000, 5_000, 10))
BESIDE_CHANGED = ((20_000, 500, 8), (5_000, 5_000, 6))
BESIDE_DAYS = 12


def measure() -> Iterator[Measurement]:
    flights = all_flights()
    yield from _quiet(flights)
    yield from _days(flights)
    yield from _power(flights)
    yield from _joint(flights)
    yield from _beside(flights)


def _quiet(flights: pd.DataFrame) -> Iterator[Measurement]:
    print("  no drift, independent rows: runs with an alarm, percent (95 % Wilson)")
    for reference, window, trials in SIZES:
        draw = np.random.default_rng(reference + window)
        alarms = 0
        for _ in range(trials):
            rows = flights.iloc[draw.choice(len(flights), reference + window, replace=False)]
            alarms += _drifts(rows[:reference], rows[reference:])
        print(f"    {reference:>7,} against {window:>7,} rows: {_shown(alarms, trials)}")
        yield Measurement(
            f"False alarms, {reference:,} against {window:,} rows", 100 * alarms / trials, "%", 2.0
        )


def _days(flights: pd.DataFrame) -> Iterator[Measurement]:
    """Days of the autumn in random order: dependent rows, no drift."""
    reference, days = days_of_autumn(flights)
    print("  no drift, days as windows: days with an alarm, percent")
    for windows in DAYS:
        draw = np.random.default_rng(windows)
        alarms = 0
        for _ in range(DAY_TRIALS):
            now, *earlier = draw.choice(len(days), windows + 1, replace=False)
            alarms += compare(reference, days[now], windows=[days[i] for i in earlier]).drifted
        print(f"    measured by {windows} days: {_shown(alarms, DAY_TRIALS)}")
        bar = 6.0 if windows >= ENOUGH else None
        label = f"False alarms on days, by {windows} earlier days"
        yield Measurement(label, 100 * alarms / DAY_TRIALS, "%", bar)
    yield from _moving(reference, days)
    by_rows = [compare(reference, day) for day in days]
    print(f"    measured by rows:    {_shown(sum(report.drifted for report in by_rows), len(days))}")
    told = sum(report.is_gross for report in by_rows)
    print(f"    of these more than suspected: {_shown(told, len(days))}")
    yield Measurement("More than suspected, days by rows alone", 100 * told / len(days), "%", 6.0)
    joint = sum(report.joint is not None and report.joint.drifted for report in by_rows)
    print(f"    of these by how columns go together: {_shown(joint, len(days))}")


def _moving(training: Profile, days: Sequence[Window]) -> Iterator[Measurement]:
    """The same days, compared with the newest 28 or the eight of one weekday instead of the training data."""
    for of in MOVING:
        draw, alarms = np.random.default_rng(of), 0
        for _ in range(DAY_TRIALS):
            now, *earlier = draw.choice(len(days), 61, replace=False)
            usual = [days[i].profile for i in earlier]
            alarms += compare(joined(training, usual[:of]), days[now].profile, windows=usual).drifted
        print(f"    against {of} earlier days, measured by 60: {_shown(alarms, DAY_TRIALS)}")
        label = f"False alarms on days, against {of} earlier days"
        yield Measurement(label, 100 * alarms / DAY_TRIALS, "%", 6.0)


def _power(flights: pd.DataFrame) -> Iterator[Measurement]:
    """Changes that the columns must show: 20,000 rows of reference, 500 of the window."""
    print("  changes found in their column, percent")
    for name, column, change in CHANGES:
        for reference, window, bar in ((20_000, 500, 10.0), (5_000, 5_000, None)):
            draw = np.random.default_rng(window)
            found = 0
            for _ in range(POWER_TRIALS):
                rows = flights.iloc[draw.choice(len(flights), reference + window, replace=False)]
                after = rows[reference:].reset_index(drop=True)
                change(after)
                report = _report(rows[:reference], after)
                feature = report.feature(column)
                found += feature is not None and feature.drifted
            print(f"    {name:28} {reference:>7,} against {window:>6,}: {_shown(found, POWER_TRIALS)}")
            missed = 100 - 100 * found / POWER_TRIALS
            yield Measurement(f"Missed: {name}, {reference:,} against {window:,}", missed, "%", bar)


def _joint(flights: pd.DataFrame) -> Iterator[Measurement]:
    """One column shuffled within the window: nothing but its relation to the others changes."""
    print("  one column shuffled, 2,000 against 2,000 rows: runs with an alarm, percent")
    for column in ("air_time", "arr_delay", "carrier"):
        draw, found = np.random.default_rng(2_000), 0
        for _ in range(JOINT_TRIALS):
            rows = flights.iloc[draw.choice(len(flights), 4_000, replace=False)]
            after = rows[2_000:].copy()
            after[column] = draw.permutation(after[column].to_numpy())
            found += _drifts(rows[:2_000], after)
        print(f"    {column:28} {_shown(found, JOINT_TRIALS)}")
        missed = 100 - 100 * found / JOINT_TRIALS
        yield Measurement(f"Missed: correlation alone, {column}, 2,000 rows", missed, "%", 5.0)


def _beside(flights: pd.DataFrame) -> Iterator[Measurement]:
    """Judged by Evidently and NannyML as they come: any column of flights, or the one that was changed."""
    flights = flights[[*COLUMNS, "day"]]
    trials = [*_unchanged(flights), *_changed(flights), *_whole_days(flights)]
    found = judged(trials)
    print("  windows in which drift is seen, percent, beside others:")
    for line in dict.fromkeys(trial.line for trial in trials):
        chosen = [place for place, trial in enumerate(trials) if trial.line == line]
        counts = {name: sum(seen[place] for place in chosen) for name, seen in found.items()}
        shown = "; ".join(f"{name} {_shown(count, len(chosen))}" for name, count in counts.items())
        print(f"    {line:48} {shown}")
        if trials[chosen[0]].column and "5,000 against" in line:
            behind = 100 * (max(counts.values()) - counts["ours"]) / len(chosen)
            yield Measurement(f"Behind the best, {line}", behind, "points", 0.0)


def _unchanged(flights: pd.DataFrame) -> Iterator[Trial]:
    for reference, window, trials in BESIDE_QUIET:
        draw = np.random.default_rng(reference + window + 1)
        for _ in range(trials):
            yield _trial(flights, draw, reference, window, f"no drift, {reference:,} against {window:,}")


def _changed(flights: pd.DataFrame) -> Iterator[Trial]:
    for name, column, change in CHANGES:
        for reference, window, trials in BESIDE_CHANGED:
            draw = np.random.default_rng(reference + window + 2)
            line = f"{name}, {reference:,} against {window:,}"
            for _ in range(trials):
                yield _trial(flights, draw, reference, window, line, column, change)


def _trial(
    flights: pd.DataFrame,
    draw: np.random.Generator,
    reference: int,
    window: int,
    line: str,
    column: str = "",
    change: Change | None = None,
) -> Trial:
    known = max(reference, 10 * window)
    rows = flights.iloc[draw.choice(len(flights), known + window, replace=False)].drop(columns="day")
    before, after = rows[:reference], rows[known:].reset_index(drop=True)
    if change is not None:
        change(after)
    return Trial(line, before, after, rows[:known], _drifted_columns(_report(before, after)), column)


def _whole_days(flights: pd.DataFrame) -> Iterator[Trial]:
    """Each day beside sixty others, which are the reference of the peers and the measure of ours."""
    frames, draw = rows_of_days(flights), np.random.default_rng(61)
    reference = profiled(pd.concat(frames))
    days = [profiled(rows, reference) for rows in frames]
    for _ in range(BESIDE_DAYS):
        now, *earlier = draw.choice(len(days), 61, replace=False)
        report = compare(reference, days[now], windows=[days[i] for i in earlier])
        before = pd.concat([frames[i] for i in earlier])
        ours = _drifted_columns(report)
        yield Trial("no drift, a day beside 60 others", before, frames[now], before, ours)


def _drifted_columns(report: DriftReport) -> list[str]:
    return [feature.name for feature in report.features if feature.drifted]


def _shifted(size: float) -> Change:
    def change(rows: pd.DataFrame) -> None:
        rows["air_time"] += size * rows["air_time"].std()

    return change


def _in_kilometres(share: float) -> Change:
    def change(rows: pd.DataFrame) -> None:
        chosen = rows.index < share * len(rows)
        rows.loc[chosen, "distance"] = (rows.loc[chosen, "distance"] * 1.609344).round()

    return change


def _joined(rows: pd.DataFrame) -> None:
    rows.loc[rows.index < 0.01 * len(rows), "carrier"] = "ZZ"


def _lost(rows: pd.DataFrame) -> None:
    rows.loc[rows.index % 10 == 0, "distance"] = np.nan


def _mixed(rows: pd.DataFrame) -> None:
    elsewhere = rows.index[rows["origin"] != "LGA"]
    rows.loc[elsewhere[: len(rows) // 10], "origin"] = "LGA"


def _scaled(rows: pd.DataFrame) -> None:
    middle = rows["arr_delay"].mean()
    rows["arr_delay"] = middle + 1.25 * (rows["arr_delay"] - middle)


CHANGES: Sequence[tuple[str, str, Change]] = (
    ("mean by 0.1 sd", "air_time", _shifted(0.1)),
    ("spread by 1.25", "arr_delay", _scaled),
    ("unit in 25 % of rows", "distance", _in_kilometres(0.25)),
    ("new category, 1 %", "carrier", _joined),
    ("missing, 10 %", "distance", _lost),
    ("mix by 10 points", "origin", _mixed),
)


def _report(before: pd.DataFrame, after: pd.DataFrame) -> DriftReport:
    before, after = (side[[name for name in SERVED if name in side]] for side in (before, after))
    reference = profiled(before)
    return compare(reference, Window(profiled(after, reference), together(before, after)))


def _drifts(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    return _report(before, after).drifted


def _shown(count: int, trials: int) -> str:
    interval = binomtest(int(count), trials).proportion_ci(method="wilson")
    return f"{100 * count / trials:5.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"
