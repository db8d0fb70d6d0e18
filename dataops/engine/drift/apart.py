"""What causes have in common: what one is, and when undoing it makes a difference vanish."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.counts import total_variation
from dataops.engine.profile import ColumnProfile, Histogram

# A cause must leave a third of the difference at most, and touch enough rows to be told from chance.
LEFT = 1 / 3
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Cause:
    """What probably happened to how many of the rows (0..1), in words; ``key`` says which kind of thing."""

    key: str
    text: str
    share: float


def below(histogram: Histogram) -> NDArray[np.float64]:
    """Share of values below each edge; at the last, of those not above it."""
    return np.cumsum([histogram.below, *histogram.counts]) / histogram.total


def distance(before: ColumnProfile, after: ColumnProfile) -> float:
    """Gap of the distributions of numbers, or the share of rows that changed category."""
    if before.histogram is not None and after.histogram is not None:
        return float(np.abs(below(before.histogram) - below(after.histogram)).max())
    old, now = dict(before.frequent.values), dict(after.frequent.values)
    if not before.frequent.total or not after.frequent.total:
        return 0.0
    return total_variation(
        [*old.values(), before.frequent.other], [*(now.get(value, 0) for value in old), after.frequent.other]
    )


def chance(before: ColumnProfile, after: ColumnProfile) -> float:
    """Gap that chance reaches in one window of a hundred, and a little for rows spread inside a bin."""
    return 1.63 * math.sqrt(1 / max(before.finite, 1) + 1 / max(after.finite, 1)) + 0.01
