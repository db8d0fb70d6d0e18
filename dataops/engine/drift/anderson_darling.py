"""Anderson-Darling: the gap between two distributions of numbers, with an eye on the tails."""

import math

import numpy as np

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import CountsLike, paired
from dataops.engine.drift.gaps import edge_gaps, mean_squared
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

# Marsaglia & Marsaglia's polynomials for statistics under and over 2, highest power first.
_LOW = (0.00168691, -0.011672, 0.0347962, -0.0649821, 0.247105, 2.00012)
_HIGH = (-0.0003146, 0.008056, -0.082433, 0.43424, -2.30695, 1.0776)
_MIDDLE, _TAIL = 2.0, 6.0


def weighted_squared_gap(reference: CountsLike, current: CountsLike) -> float:
    """Mean of (F - G)² / (H (1 - H)) over the rows of both sides, H their common distribution.

    From counts over the same ordered cells, 0 and up; 1.8 for two halves apart.

    >>> round(weighted_squared_gap([50, 50], [90, 10]), 3)
    0.29
    """
    before, after = paired(reference, current)
    share = (before + after) / (before.sum() + after.sum())
    middle = np.cumsum(share) - share / 2
    return float((share * mean_squared(edge_gaps(before, after)) / (middle * (1 - middle))).sum())


def anderson_darling_p_value(statistic: float) -> float:
    """Chance of a statistic this large between samples of one population, by the limit law.

    The approximation of Marsaglia & Marsaglia 2004 (error under 2e-6) up to 6; beyond, the law's own tail,
    which falls as exp(-z) / sqrt(z). Repeated values and cells make the true chance smaller, not larger.

    >>> [round(anderson_darling_p_value(z), 3) for z in (0.0, 2.492, 3.878)]
    [1.0, 0.05, 0.01]
    """
    z = statistic
    if z <= 0.0:
        return 1.0
    if z > _TAIL:
        return anderson_darling_p_value(_TAIL) * math.exp(_TAIL - z) * math.sqrt(_TAIL / z)
    if z < _MIDDLE:
        return 1.0 - math.exp(-1.2337141 / z) / math.sqrt(z) * float(np.polyval(_LOW, z))
    return -math.expm1(-math.exp(float(np.polyval(_HIGH, z))))


class AndersonDarling:
    """Squared gap between the cumulative distributions, weighted up in the tails, with its p-value.

    The statistic is nm / (n + m) times the weighted mean over the rows of both sides and grows with their
    number; the effect is the root of that mean, 0..1.3, and does not. Finds changes in the tails that
    Kolmogorov-Smirnov and Cramér-von Mises overlook. Source: Pettitt 1976; Scholz & Stephens 1987.
    """

    key = "anderson_darling"
    label = "Anderson-Darling test"
    kinds = frozenset({Kind.NUMERIC})
    is_test = True
    floor = 0.08

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        before, after = float(cells[0].sum()), float(cells[1].sum())
        mean = weighted_squared_gap(*cells)
        statistic = mean * before * after / (before + after)
        return DriftMeasure(statistic, anderson_darling_p_value(statistic), math.sqrt(mean))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"distribution moved (weighted gap {number(measured.effect or 0.0)})"
