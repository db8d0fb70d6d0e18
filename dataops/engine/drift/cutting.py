"""Rows that are not there any more while all others look as ever, as after a load that broke off."""

import math

import numpy as np

from dataops.engine.drift.apart import LEFT, Cause, below, distance
from dataops.engine.drift.counts import total_variation, total_variation_noise
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.wording import listed, number, percent
from dataops.engine.profile import ColumnProfile

_LEAST_GONE, _MOST_GONE = 0.05, 0.9


def cut_off(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """All numbers beyond a value, or all rows of some categories, gone."""
    return (
        _values_gone(before, after) if Kind.of(before.type) is Kind.CATEGORICAL else _ends_gone(before, after)
    )


def _ends_gone(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """With F the reference's distribution, the current one is F between its own ends, scaled to 1."""
    if before.histogram is None or after.histogram is None:
        return None
    low, high = float(after.minimum or 0.0), float(after.maximum or 0.0)
    edges, usual = np.asarray(before.histogram.edges), below(before.histogram)
    # Values at the upper end are there: what is gone begins just above it.
    starts, ends = np.interp([low, np.nextafter(high, np.inf)], edges, usual, left=0.0, right=1.0)
    gone = float(1.0 - (ends - starts))
    if not _LEAST_GONE <= gone <= _MOST_GONE:
        return None
    expected = np.clip((usual - starts) / (ends - starts), 0.0, 1.0)
    left = float(np.abs(expected - below(after.histogram)).max())
    noise = 1.63 * math.sqrt(1 / (before.finite * (1 - gone)) + 1 / after.finite) + 0.01
    if left > min(LEFT * distance(before, after), noise):
        return None
    ends_told = {f"below {number(low)}": starts, f"above {number(high)}": 1 - ends}
    sides = [side for side, share in ends_told.items() if share >= gone / 4]
    return _cause(f"none lies {' or '.join(sides)}", gone)


def _values_gone(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    usual, now = dict(before.frequent.values), dict(after.frequent.values)
    if not (before.frequent.complete and after.frequent.complete and after.frequent.total):
        return None
    gone = [value for value, rows in usual.items() if rows and not now.get(value)]
    share = sum(usual[value] for value in gone) / before.frequent.total
    if not _LEAST_GONE <= share <= _MOST_GONE:
        return None
    kept = [value for value in usual if now.get(value)]
    old, new = [usual[value] for value in kept], [now[value] for value in kept]
    # Of one category alone nobody can say that it looks as before.
    if len(kept) < 2 or total_variation(old, new) > 3 * total_variation_noise(old, new):
        return None
    return _cause(f"no row holds {listed(gone)}", share)


def _cause(said: str, share: float) -> Cause:
    text = f"{said} any more, as {percent(share)} did; the others look as before, as if a part was not loaded"
    return Cause("truncated", text, share)
