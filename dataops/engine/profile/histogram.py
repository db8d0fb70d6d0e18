"""Counts of a numeric column over bins that two profiles can share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.profile.ranked import Ranked

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
        return cls.of_ranked(Ranked.of(values, counts))

    @classmethod
    def of_ranked(cls, column: Ranked) -> Histogram:
        """The same of a column in order."""
        if not column.total:
            raise ValueError("no values to make a histogram of")
        return cls.on_ranked(_reference_edges(column), column)

    @classmethod
    def on(cls, edges: ArrayLike, values: ArrayLike, counts: ArrayLike | None = None) -> Histogram:
        """Histogram of ``values``, shape (m,), each taken ``counts`` times, on the given edges."""
        return cls.on_ranked(edges, Ranked.of(values, counts))

    @classmethod
    def on_ranked(cls, edges: ArrayLike, column: Ranked) -> Histogram:
        """Histogram of a column in order, on the given edges."""
        bounds = np.asarray(edges, dtype=np.float64)
        reached = column.below(bounds)
        within = int(column.up_to(bounds[-1]))
        filled = np.diff(np.append(reached[:-1], within))
        return cls(tuple(bounds.tolist()), tuple(filled.tolist()), int(reached[0]), column.total - within)

    @property
    def total(self) -> int:
        """All values counted, those outside the edges included."""
        return sum(self.counts) + self.below + self.above

    def merge(self, *others: Histogram) -> Histogram:
        """Counts of all; raises ValueError when the edges differ."""
        parts = (self, *others)
        if any(part.edges != self.edges for part in others):
            raise ValueError("histograms on different edges do not merge; count one on the other's edges")
        counts = np.array([part.counts for part in parts], dtype=np.int64).sum(axis=0)
        return Histogram(
            self.edges,
            tuple(counts.tolist()),
            sum(part.below for part in parts),
            sum(part.above for part in parts),
        )

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


def _spaced(low: float, high: float, parts: int) -> NDArray[np.float64]:
    """Edges of ``parts`` equally wide bins, without those an overflowing range cannot name."""
    with np.errstate(over="ignore", invalid="ignore"):
        edges: NDArray[np.float64] = np.linspace(low, high, parts + 1)
    return np.unique(np.append(edges[np.isfinite(edges)], [low, high]))


def _reference_edges(column: Ranked) -> NDArray[Any]:
    """Edges for a column; strictly rising unless it is constant."""
    low, high = column.at([0, column.total - 1])
    if low == high:
        return np.array([low, high])
    ranks = np.linspace(0, column.total, PARTS + 1)[1:-1]
    # The value that reaches rank r is the one at r - 1, counted from 0.
    full = column.at(np.ceil(ranks) - 1)
    cuts, repeats = np.unique(full, return_counts=True)
    masses = cuts[repeats > 1]
    # The bin [mass, next float) holds the mass alone; for the largest value it opens just below.
    after = np.where(masses == high, np.nextafter(masses, -np.inf), np.nextafter(masses, np.inf))
    return np.unique(np.concatenate([_spaced(low, high, PARTS), cuts, after]))
