"""Counts of a numeric column over bins that two profiles can share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

PARTS = 64


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many finite values fall into each bin; merge is exact for equal edges.

    ``edges``, shape (n + 1,), rise and start and end at the smallest and largest value of the data
    that made them; ``counts`` has shape (n,). Bins are closed on the left and open on the right,
    except the last, which is closed. Values of other data outside the edges are in ``below`` and
    ``above``. A constant column has the one bin [v, v].

    >>> Histogram.on([0, 1, 2], [-1, 0, 1, 2, 3])
    Histogram(edges=(0.0, 1.0, 2.0), counts=(1, 2), below=1, above=1)
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    below: int = 0
    above: int = 0

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None) -> Histogram:
        """Histogram on edges of its own: those of 64 equally full and of 64 equally wide bins.

        A value that holds more than 1/64 of the rows gets a bin to itself, so that a point mass is
        never mixed with its neighbours. Raises ValueError without values.
        """
        x, weights = _sorted(values, counts)
        if not x.size:
            raise ValueError("no values to make a histogram of")
        return cls.on(_reference_edges(x, weights), x, weights)

    @classmethod
    def on(cls, edges: ArrayLike, values: ArrayLike, counts: ArrayLike | None = None) -> Histogram:
        """Histogram of ``values``, shape (m,), each taken ``counts`` times, on the given edges."""
        x, weights = _sorted(values, counts)
        bounds = np.asarray(edges, dtype=np.float64)
        below = int(weights[x < bounds[0]].sum())
        above = int(weights[x > bounds[-1]].sum())
        inside = (x >= bounds[0]) & (x <= bounds[-1])
        bins = bounds.size - 1
        index = np.minimum(np.searchsorted(bounds, x[inside], side="right") - 1, bins - 1)
        filled = np.bincount(index, weights=weights[inside], minlength=bins).astype(np.int64)
        return cls(tuple(bounds.tolist()), tuple(filled.tolist()), below, above)

    @property
    def total(self) -> int:
        """All values counted, those outside the edges included."""
        return sum(self.counts) + self.below + self.above

    def merge(self, other: Histogram) -> Histogram:
        """Counts of both; raises ValueError when the edges differ."""
        if self.edges != other.edges:
            raise ValueError("histograms on different edges do not merge; count one on the other's edges")
        counts = tuple(a + b for a, b in zip(self.counts, other.counts, strict=True))
        return Histogram(self.edges, counts, self.below + other.below, self.above + other.above)

    def even(self, parts: int = PARTS) -> Histogram:
        """The same counts on about ``parts`` bins of about equal width: the one to draw.

        Only whole bins are joined, so the counts stay exact; for a histogram made by ``of`` the 64
        equally wide bins are among the joins.
        """
        edges = np.asarray(self.edges)
        wanted = _spaced(edges[0], edges[-1], parts)
        kept = np.unique(np.clip(np.searchsorted(edges, wanted), 0, edges.size - 1))
        if kept.size < 2:
            return self
        counts = np.add.reduceat(np.asarray(self.counts, dtype=np.int64), kept[:-1])
        return Histogram(tuple(edges[kept].tolist()), tuple(counts.tolist()), self.below, self.above)


def _sorted(values: ArrayLike, counts: ArrayLike | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    x = np.asarray(values, dtype=np.float64)
    weights = np.ones(x.size, dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
    order = np.argsort(x, kind="stable")
    return x[order], weights[order]


def _spaced(low: float, high: float, parts: int) -> NDArray[np.float64]:
    """Edges of ``parts`` equally wide bins, without those an overflowing range cannot name."""
    with np.errstate(over="ignore", invalid="ignore"):
        edges: NDArray[np.float64] = np.linspace(low, high, parts + 1)
    return np.unique(np.append(edges[np.isfinite(edges)], [low, high]))


def _reference_edges(x: NDArray[np.float64], weights: NDArray[np.int64]) -> NDArray[Any]:
    """Edges for the sorted values ``x``; strictly rising unless the column is constant."""
    low, high = x[0], x[-1]
    if low == high:
        return np.array([low, high])
    cumulated = np.cumsum(weights)
    ranks = np.linspace(0, cumulated[-1], PARTS + 1)[1:-1]
    full = x[np.searchsorted(cumulated, ranks)]
    cuts, repeats = np.unique(full, return_counts=True)
    masses = cuts[repeats > 1]
    # The bin [mass, next float) holds the mass alone; for the largest value it opens just below.
    after = np.where(masses == high, np.nextafter(masses, -np.inf), np.nextafter(masses, np.inf))
    return np.unique(np.concatenate([_spaced(low, high, PARTS), cuts, after]))
