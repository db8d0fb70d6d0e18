"""How many alarms a model sends in a year of daily windows while nothing drifts.

Windows are days of the autumn in random order, drawn with replacement, or independent rows of the whole
year. Each year begins without earlier windows and goes on as the service does: what is usual is measured by
the windows before, evidence adds up, and an alarm is what is more than suspected.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from benchmarks import flight_windows
from benchmarks.measurement import Measurement
from dataops.engine.drift import DriftReport, Window, compare
from dataops.engine.drift.betting import CONFIRMED, wealth
from dataops.engine.drift.windows import ENOUGH
from dataops.engine.profile import Profile

WINDOWS = 365
YEARS = 5
MEASURED_BY = 60  # the newest of the usual windows
REFERENCE_ROWS, WINDOW_ROWS = 20_000, 500


def measure() -> Iterator[Measurement]:
    flights = flight_windows.all_flights()
    print(f"  alarms in a year of {WINDOWS} windows without drift, of {YEARS} years")
    for label, years in (
        ("days of the autumn", _days(flights)),
        ("independent rows", _independent(flights)),
    ):
        sent = [_alarms(reference, windows) for reference, windows in years]
        print(f"    {label}: {sent}; a year {_a_year(sum(sent))}")
        yield Measurement(f"Alarms in a year, {label}", sum(sent) / YEARS, "", 1.0)


def _days(flights: pd.DataFrame) -> Iterator[tuple[Profile, list[Window]]]:
    reference, days = flight_windows.days_of_autumn(flights)
    for year in range(YEARS):
        draw = np.random.default_rng(year)
        yield reference, [days[day] for day in draw.integers(len(days), size=WINDOWS)]


def _independent(flights: pd.DataFrame) -> Iterator[tuple[Profile, list[Window]]]:
    """By columns alone: a classifier a window would take hours."""
    rows = flights[flight_windows.SERVED]
    for year in range(YEARS):
        drawn = rows.sample(REFERENCE_ROWS + WINDOWS * WINDOW_ROWS, random_state=year)
        reference = flight_windows.profiled(drawn[:REFERENCE_ROWS])
        cuts = range(REFERENCE_ROWS, len(drawn) + 1, WINDOW_ROWS)
        parts = (drawn[start:end] for start, end in pairwise(cuts))
        yield reference, [Window(flight_windows.profiled(part, reference)) for part in parts]


def _alarms(reference: Profile, windows: Sequence[Window]) -> int:
    """Alarms that would be sent: of a gross effect, and of drift that is confirmed."""
    alarms, held = 0, 1.0
    judged: list[tuple[Window, DriftReport]] = []
    for window in windows:
        report = compare(reference, window, windows=_usual(judged)[-MEASURED_BY:])
        if report.windows:
            held = wealth(held, 1.0 if report.p_value is None else report.p_value)
        alarms += report.is_gross or (report.drifted and held >= CONFIRMED)
        held = 1.0 if held >= CONFIRMED else held
        judged.append((window, report))
    return alarms


def _usual(judged: Sequence[tuple[Window, DriftReport]]) -> list[Window]:
    """The windows that the product would measure by, as its service for earlier windows chooses them."""
    followed = [report.drifted for _, report in judged[1:]]
    found = []
    for (window, report), next_drifted in zip(judged, [*followed, True], strict=False):
        wrong = report.severity == "critical" and (report.is_gross or not report.calibrating)
        calm = not report.drifted if report.windows >= ENOUGH else not wrong
        if calm or (not next_drifted and not wrong):
            found.append(window)
    return found


def _a_year(alarms: int) -> str:
    """Alarms in a year with their 95 % Wilson interval, of all years together."""
    interval = binomtest(alarms, YEARS * WINDOWS).proportion_ci(method="wilson")
    return f"{alarms / YEARS:.1f} ({WINDOWS * interval.low:.1f} to {WINDOWS * interval.high:.1f})"
