"""What a number is expected to be, from what it was in earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, sqrt
from statistics import median
from typing import Any

from dataops.engine.metrics import Metric
from dataops.engine.protocols import Past

WINDOW = 30
LOOKED_BACK = 60
NEEDED = 7
SAME_WEEKDAY = 5
NORMAL_CONSISTENT = 1.4826
"""The median absolute deviation times this estimates the standard deviation of a normal variable."""

SMALL_SAMPLE = 50
"""The reach grows by this over the square of n: the MAD of seven values is often far too small."""

SEASONAL = 0.7
"""Weekdays matter when values lie this much closer to the median of their weekday than to that of all."""

RELATIVE_FLOOR = 0.05
SHARE_FLOOR = 0.01
SENSITIVITIES = {"low": 6.0, "normal": 4.0, "high": 3.0}
"""How many robust standard deviations the band reaches to either side."""


@dataclass(frozen=True, slots=True)
class Point:
    """One earlier value; ``expected`` ones a person called normal."""

    at: datetime
    value: float
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Where a number is expected, ends included, and why.

    ``centre`` is the median of ``n`` earlier values, ``reach`` half the width before the number's own
    bounds and expected values were taken into account. ``reason`` says in words what they rest on.
    """

    low: float
    high: float
    centre: float
    reach: float
    n: int
    reason: str

    def excess(self, value: float) -> float:
        """How far ``value`` lies outside, in units of ``reach``; 0 inside.

        >>> Band(90, 110, 100, 10, 7, "").excess(130)
        2.0
        """
        beyond = max(self.low - value, value - self.high, 0.0)
        return beyond / self.reach if beyond else 0.0


def points_of(history: Sequence[Past], metric: str, column: str = "") -> list[Point]:
    """The normal values of a metric, oldest first: of accepted runs, and what a person expected."""
    found = []
    for past in history:
        value = past.numbers.get(column, {}).get(metric)
        expected = (column, metric) in past.expected
        if value is not None and (past.accepted or expected):
            found.append(Point(past.at, value, expected))
    return found


def runs_needed(points: Sequence[Point]) -> int:
    """How many more runs it takes until there is a band; 0 when there is one."""
    return max(0, NEEDED - len(points))


def expected_band(
    points: Sequence[Point], metric: Metric, at: datetime | None = None, *, sensitivity: str = "normal"
) -> Band | None:
    """Median and spread of earlier values; None while there are fewer than 7.

    ``points`` are in order and do not hold the value that is judged: a value inside its own baseline
    widens the band it is measured by. The newest 30 are taken, or, where the newest 60 follow a weekly
    rhythm, those of the weekday of ``at`` if there are 5; the spread is then that of all 60 around
    their own weekdays. The band reaches ``sensitivity`` times 1.4826 MAD to either side, widened by
    1 + 50 / n^2 as few values tell little of their spread, and at least 5 % of the median, for
    counts the square root of the median and one, for shares one percentage point. Expected values
    are always inside.

    >>> from datetime import UTC
    >>> from dataops.engine.metrics import METRICS
    >>> constant = [Point(datetime(2026, 1, day, tzinfo=UTC), 100) for day in range(1, 8)]
    >>> expected_band(constant, METRICS["row_count"]).low
    90.0
    """
    if runs_needed(points):
        return None
    taken, residuals, reason = _window(points, at)
    values = [point.value for point in taken]
    centre = median(values)
    spread = NORMAL_CONSISTENT * median(map(abs, residuals)) * (1 + SMALL_SAMPLE / len(residuals) ** 2)
    reach = max(SENSITIVITIES[sensitivity] * spread, _floor(metric, centre))
    allowed = [point.value for point in taken if point.expected]
    lowest, highest = _ends(metric)
    low = min(centre - reach, *(value - _floor(metric, value) for value in allowed), inf)
    high = max(centre + reach, *(value + _floor(metric, value) for value in allowed), -inf)
    return Band(max(low, lowest), min(high, highest), centre, reach, len(values), reason)


def _window(points: Sequence[Point], at: datetime | None) -> tuple[Sequence[Point], list[float], str]:
    """The values to compare with, how far such values lie from what was expected of them, and why these."""
    recent = points[-LOOKED_BACK:]
    if at is not None:
        same = [point for point in recent if point.at.weekday() == at.weekday()][-WINDOW:]
        residuals = _around_weekdays(recent, at.weekday()) if SAME_WEEKDAY <= len(same) < len(recent) else []
        if residuals:
            return same, residuals, f"the last {len(same)} runs on a {at:%A}"
    taken = recent[-WINDOW:]
    centre = median(point.value for point in taken)
    return taken, [point.value - centre for point in taken], f"the last {len(taken)} runs"


def _around_weekdays(points: Sequence[Point], weekday: int) -> list[float]:
    """Distances from the median of each value's weekday, in the size of ``weekday``; [] without a rhythm."""
    by_day: dict[int, list[float]] = {}
    for point in points:
        by_day.setdefault(point.at.weekday(), []).append(point.value)
    medians = {day: median(values) for day, values in by_day.items()}
    overall = median(point.value for point in points)
    # A median lies among the values it is taken from: their distances to it are n - 1 of n large.
    own = [
        (day, (value - medians[day]) * len(values) / (len(values) - 1))
        for day, values in by_day.items()
        if len(values) > 1
        for value in values
    ]
    apart = sum(abs(point.value - overall) for point in points)
    if not apart or sum(abs(value) for _, value in own) > SEASONAL * apart:
        return []
    if min(medians.values()) <= 0 <= max(medians.values()):
        return [value for _, value in own]
    # Days with smaller numbers have smaller noise.
    return [value * medians[weekday] / medians[day] for day, value in own]


def _floor(metric: Metric, value: float) -> float:
    """The least half width around ``value``: less than this is never news."""
    relative = RELATIVE_FLOOR * abs(value)
    if metric.bounded:
        return max(relative, SHARE_FLOOR)
    if metric.unit:
        return max(relative, sqrt(abs(value)), 1.0)
    # A number in the unit of its column has no natural step; this only keeps rounding errors quiet.
    return max(relative, 1e-9)


def _ends(metric: Metric) -> tuple[float, float]:
    if metric.bounded:
        return 0.0, 1.0
    return (0.0, inf) if metric.unit else (-inf, inf)


def band_details(metric: str, band: Band | None, points: Sequence[Point]) -> dict[str, Any]:
    """The band as JSON, for results, charts and back-tests."""
    shown: dict[str, Any] = {"metric": metric, "runs": len(points), "needs_runs": runs_needed(points)}
    if band is not None:
        shown |= {"low": band.low, "high": None if band.high == inf else band.high, "median": band.centre}
        shown |= {"n": band.n, "reason": band.reason}
    return shown
