"""Lengths of the texts of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Lengths:
    """Shortest, longest and mean length of the present texts, in characters; merge is exact.

    >>> Lengths.of([2, 4]).merge(Lengths.of([9]))
    Lengths(count=3, minimum=2, maximum=9, total=15)
    """

    count: int
    minimum: int
    maximum: int
    total: int

    @classmethod
    def of(cls, lengths: ArrayLike, counts: ArrayLike | None = None) -> Lengths:
        """Summary of ``lengths``, shape (n,), each taken ``counts`` times; ValueError without any."""
        sizes = np.asarray(lengths, dtype=np.int64)
        if not sizes.size:
            raise ValueError("no lengths to summarise")
        weights = np.ones(sizes.size, dtype=np.int64) if counts is None else np.asarray(counts, np.int64)
        return cls(int(weights.sum()), int(sizes.min()), int(sizes.max()), int(np.dot(sizes, weights)))

    @property
    def mean(self) -> float:
        return self.total / self.count

    def merge(self, other: Lengths) -> Lengths:
        return Lengths(
            self.count + other.count,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            self.total + other.total,
        )
