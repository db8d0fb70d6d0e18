"""Kolmogorov-Smirnov: the largest gap between two distributions of numbers."""

import math

import numpy as np
from scipy.special import kolmogorov

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import CountsLike, paired, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure


def ks(reference: CountsLike, current: CountsLike) -> float:
    """Largest gap between the cumulative shares of two histograms over the same ordered cells, 0..1.

    Both distributions are known exactly at the edges of the cells and only there, so nothing is
    assumed about where rows lie inside one: a value that holds many rows (0, 100, a code) is
    counted whole. The result is at most the D of the rows, short of it by less than the
    rows of one cell.

    >>> ks([50, 50], [90, 10])
    0.4
    """
    before, after = paired(reference, current)
    return float(np.abs(np.cumsum(shares(before)) - np.cumsum(shares(after))).max())


def ks_p_value(statistic: float, reference: float, current: float) -> float:
    """Chance of a gap this large between samples of one population, by Kolmogorov's limit law.

    ``reference`` and ``current`` are numbers of rows. The law is exact for large continuous samples;
    small samples, repeated values and cells make the true chance smaller, never larger.

    >>> round(ks_p_value(0.1, 500, 500), 4)
    0.0135
    """
    return float(kolmogorov(statistic * math.sqrt(reference * current / (reference + current))))


class KolmogorovSmirnov:
    """Largest gap D between the cumulative distributions, with its p-value.

    Range 0..1; 0.1 means that some threshold is passed by 10 percentage points more rows, or fewer,
    than before. Symmetric. Weak in the tails and when two regions move in opposite directions.
    Source: Kolmogorov 1933, Smirnov 1948.
    """

    key = "ks"
    label = "Kolmogorov-Smirnov test"
    kinds = frozenset({Kind.NUMERIC})
    is_test = True
    floor = 0.05

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        statistic = ks(*cells)
        return DriftMeasure(statistic, ks_p_value(statistic, cells[0].sum(), cells[1].sum()), statistic)

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"distribution moved (KS distance {number(measured.statistic)})"
