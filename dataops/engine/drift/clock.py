"""Hours of the day that look as if somebody had taken them from a clock elsewhere."""

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.apart import LEAST_SHARE, LEFT, Cause
from dataops.engine.drift.counts import shares, total_variation, total_variation_noise
from dataops.engine.drift.wording import counted, percent
from dataops.engine.profile import ColumnProfile

Floats = NDArray[np.float64]

_DAY = 24
_LEAST_HOURS, _LATEST = 10, 18
"""Whole numbers are taken for hours when there are so many different ones, the largest at least that late."""
_CLEARLY = 0.9


def clock_moved(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """The hours of all rows, or of a part of them, moved along the clock by a number of hours."""
    usual, now = _hours(before), _hours(after)
    if usual is None or now is None or not _is_a_day(usual):
        return None
    tried = [_moved(usual, now, hours) for hours in range(1, _DAY)]
    (left, share, hours), (next_best, *_) = sorted(tried)[:2]
    allowed = min(LEFT * total_variation(usual, now), 3 * total_variation_noise(usual, now))
    if share < LEAST_SHARE or left > allowed:
        return None
    is_whole = share >= 1 - LEAST_SHARE
    if not is_whole and left > _CLEARLY * next_best:
        return None
    rows = "all rows" if is_whole else f"{percent(share)} of rows"
    way, far = ("on", hours) if hours <= _DAY // 2 else ("back", _DAY - hours)
    return Cause(
        "clock", f"{rows} look moved {way} by {counted(far, 'hour')}, as in another time zone", share
    )


def _hours(column: ColumnProfile) -> Floats | None:
    """Rows by hour, shape (24,); None where not all values are known to be whole numbers from 0 to 23."""
    known = (*column.frequent.values, *column.frequent.new)
    if not column.type.is_numeric or sum(rows for _, rows in known) < column.frequent.total:
        return None
    counts = np.zeros(_DAY)
    for value, rows in known:
        hour = float(value)
        if rows and not (hour.is_integer() and 0 <= hour < _DAY):
            return None
        if rows:
            counts[int(hour)] += rows
    return counts


def _is_a_day(counts: Floats) -> bool:
    present = np.flatnonzero(counts)
    return present.size >= _LEAST_HOURS and present[-1] >= _LATEST


def _moved(usual: Floats, now: Floats, hours: int) -> tuple[float, float, int]:
    """What is left when the share of rows that explains most is moved by ``hours``; that share; ``hours``."""
    before, seen = shares(usual), shares(now)
    direction = np.roll(before, hours) - before
    length = float(direction @ direction)
    share = min(max(float(direction @ (seen - before)) / length, 0.0), 1.0) if length else 0.0
    return float(np.abs(before + share * direction - seen).sum() / 2), share, hours
