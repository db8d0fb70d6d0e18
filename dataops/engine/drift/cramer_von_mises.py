"""Cramér-von Mises: the mean squared gap between two distributions of numbers."""

import math

import numpy as np
from scipy.special import gamma, gammaln, kv

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import CountsLike, paired
from dataops.engine.drift.gaps import edge_gaps, mean_squared
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

# Terms of the series; with these it is exact to a float for the statistics it is asked for.
_TERMS = np.arange(12, dtype=np.float64)
_BEYOND_DIGITS = 5.0


def mean_squared_gap(reference: CountsLike, current: CountsLike) -> float:
    """Mean of (F - G)² over the rows of both sides, 0..1/3, from counts over the same ordered cells.

    >>> round(mean_squared_gap([50, 50], [90, 10]), 4)
    0.0533
    """
    before, after = paired(reference, current)
    pooled = before + after
    return float((pooled * mean_squared(edge_gaps(before, after))).sum() / pooled.sum())


def cramer_von_mises_p_value(statistic: float) -> float:
    """Chance of a statistic this large between samples of one population, by the limit law.

    The law of the integral of a squared Brownian bridge: the series of Csörgő & Faraway 1996, equation
    1.2. Repeated values and cells make the true chance smaller, not larger.

    >>> [round(cramer_von_mises_p_value(t), 3) for t in (0.0, 0.461, 0.743)]
    [1.0, 0.05, 0.01]
    """
    if statistic <= 0.0:
        return 1.0
    if statistic > _BEYOND_DIGITS:
        # Soon 1 less the series has no digits left; the tail goes on as its first term.
        tail = math.exp(-(math.pi**2) * (statistic - _BEYOND_DIGITS) / 2)
        return cramer_von_mises_p_value(_BEYOND_DIGITS) * tail
    order = 4 * _TERMS + 1
    argument = order**2 / (16 * statistic)
    weight = np.exp(gammaln(_TERMS + 0.5) - gammaln(_TERMS + 1)) / gamma(0.5)
    below = (weight * np.sqrt(order) * np.exp(-argument) * kv(0.25, argument)).sum()
    return min(max(1.0 - float(below) / (math.pi * math.sqrt(statistic)), 0.0), 1.0)


class CramerVonMises:
    """Squared gap between the cumulative distributions, summed over all rows, with its p-value.

    The statistic is nm / (n + m) times the mean squared gap over the rows of both sides, and
    grows with their number; the effect is the root of that mean, 0..0.58, and does not. Sees many small
    gaps that Kolmogorov-Smirnov overlooks. Source: Anderson 1962.
    """

    key = "cramer_von_mises"
    label = "Cramér-von Mises test"
    kinds = frozenset({Kind.NUMERIC})
    is_test = True
    floor = 0.03

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        before, after = float(cells[0].sum()), float(cells[1].sum())
        mean = mean_squared_gap(*cells)
        statistic = mean * before * after / (before + after)
        return DriftMeasure(statistic, cramer_von_mises_p_value(statistic), math.sqrt(mean))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"distribution moved (mean gap {number(measured.effect or 0.0)})"
