"""Histograms and percentiles of parts as those of the whole, with what that costs in precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.profile.histogram import Histogram
from dataops.engine.profile.outliers import Outliers
from dataops.engine.profile.quantiles import LEVELS, Quantiles
from dataops.engine.profile.sketches import NumberSketch


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the finite numbers of a column lie, between ``low`` and ``high``.

    ``bins_error`` is the share of them that may stand in a neighbouring bin. ``sketch`` is None when
    none was made.
    """

    histogram: Histogram
    low: float
    high: float
    bins_error: float = 0.0
    sketch: NumberSketch | None = None

    def merge(self, *others: Distribution) -> Distribution:
        """All together: exact counts on equal edges, else on those of the largest part."""
        parts = sorted((self, *others), key=lambda part: part._order, reverse=True)
        edges = parts[0].histogram.edges
        counted = [
            (part.histogram, part.bins_error) if part.histogram.edges == edges else part._on(edges)
            for part in parts
        ]
        first, *rest = (histogram for histogram, _ in counted)
        whole = first.merge(*rest)
        wrong = sum(error * histogram.total for histogram, error in counted if error)
        sketches = [part.sketch for part in parts if part.sketch]
        return Distribution(
            whole,
            min(part.low for part in parts),
            max(part.high for part in parts),
            wrong / max(whole.total, 1),
            reduce(NumberSketch.merge, sketches) if len(sketches) == len(parts) else None,
        )

    @property
    def rank_error(self) -> float:
        """The error of percentiles: that of the sketch, or all of the fullest bin that is no point."""
        if self.sketch:
            return self.sketch.rank_error
        spread = np.array(self._all_counts)[~self._are_points]
        # One row for not interpolating between two rows, as exact percentiles do.
        return float((spread.max(initial=0) + 1) / max(self.histogram.total, 1)) + self.bins_error

    def quantiles(self) -> Quantiles:
        """Percentiles; the smallest and largest value are exact."""
        if self.sketch:
            return Quantiles(LEVELS, self.sketch.quantiles(LEVELS))
        edges, counts = self._all_edges, np.array(self._all_counts)
        upto = np.cumsum(counts)
        wanted = np.asarray(LEVELS) * self.histogram.total
        at = np.minimum(np.searchsorted(upto, wanted), np.flatnonzero(counts)[-1])
        share = (wanted - (upto - counts)[at]) / np.maximum(counts[at], 1)
        values = edges[at] + (edges[at + 1] - edges[at]) * np.clip(share, 0, 1)
        values = np.where(self._are_points[at], edges[at], values)
        values[0], values[-1] = self.low, self.high
        return Quantiles(LEVELS, tuple(np.maximum.accumulate(values).tolist()))

    def outliers(self, quantiles: Quantiles, k: float) -> Outliers | None:
        """Numbers beyond the fences, as far as bins can tell."""
        fences = Outliers.of(quantiles, [], [], k=k)
        if fences is None:
            return None
        below, upto = self.share_below([fences.lower, fences.upper])
        count = round((below + 1 - upto) * self.histogram.total)
        return Outliers(k, fences.lower, fences.upper, count)

    def share_below(self, values: ArrayLike) -> NDArray[np.float64]:
        """Share of the numbers below each of ``values``; shape (n,)."""
        reached = np.concatenate([[0], np.cumsum(self._all_counts)]) / max(self.histogram.total, 1)
        points, edges = np.asarray(values, dtype=np.float64), self._all_edges
        shares = np.interp(points, edges, reached)
        return np.where(points <= self.low, 0.0, np.where(points > self.high, 1.0, shares))

    def _on(self, edges: tuple[float, ...]) -> tuple[Histogram, float]:
        """The counts on other edges, and the share of them that is a guess."""
        total = self.histogram.total
        if self.sketch and len(set(edges)) == len(edges):
            shares = self.sketch.share_below(edges)
            shares[-1] = self.sketch.share_below(edges[-1:], inclusive=True)[0]
            error = 2 * self.sketch.rank_error
        else:
            # The last bin is closed, so it ends just above its edge.
            ends = np.append(edges[:-1], np.nextafter(edges[-1], np.inf))
            shares, error = self.share_below(ends), min(2 * self.rank_error, 1.0)
        places = np.rint(shares * total).astype(np.int64)
        counts = tuple(np.maximum(np.diff(places), 0).tolist())
        return Histogram(edges, counts, int(places[0]), total - int(places[0]) - sum(counts)), error

    @property
    def _order(self) -> tuple[int, tuple[float, ...]]:
        return self.histogram.total, self.histogram.edges

    @property
    def _are_points(self) -> NDArray[np.bool_]:
        """Bins that hold one value: those between a number and the next one."""
        edges = self._all_edges
        points: NDArray[np.bool_] = edges[1:] <= np.nextafter(edges[:-1], np.inf)
        return points

    @property
    def _all_edges(self) -> NDArray[np.float64]:
        """Edges with those of the values below and above all bins."""
        edges = self.histogram.edges
        low, high = min(self.low, edges[0]), max(self.high, edges[-1])
        return np.array([low, *edges, high], dtype=np.float64)

    @property
    def _all_counts(self) -> list[int]:
        return [self.histogram.below, *self.histogram.counts, self.histogram.above]
