"""Count, mean and spread of a numeric column."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and sum of squared deviations of the finite values of a column; merge is exact.

    ``m2`` is in the square of the column's unit. Parts merged give what one pass over all values
    gives, up to rounding (Chan, Golub & LeVeque 1983).

    >>> Moments.of([1.0, 2.0]).merge(Moments.of([3.0, 4.0])) == Moments.of([1.0, 2.0, 3.0, 4.0])
    True
    """

    count: int
    mean: float
    m2: float

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None) -> Moments:
        """Moments of finite ``values``, shape (n,), each taken ``counts`` times (once by default).

        Squares of values beyond 1e154 overflow to infinity; they are the caller's to leave out.
        """
        x = np.asarray(values, dtype=np.float64)
        weights = None if counts is None else np.asarray(counts, dtype=np.float64)
        total = float(x.size if weights is None else weights.sum())
        if not total:
            return cls(0, 0.0, 0.0)
        # Centred on one of the values first: the mean of 1e9 + small is not lost to rounding.
        origin = float(x[0])
        with np.errstate(over="ignore", invalid="ignore"):
            mean = origin + _sum(x - origin, weights) / total
            m2 = _sum(np.square(x - mean), weights)
        return cls(int(total), mean, m2)

    def merge(self, other: Moments) -> Moments:
        count = self.count + other.count
        if not count:
            return self
        delta = other.mean - self.mean
        mean = self.mean + delta * other.count / count
        m2 = self.m2 + other.m2 + delta * delta * self.count * other.count / count
        return Moments(count, mean, m2)

    @property
    def variance(self) -> float | None:
        """Sample variance (ddof = 1); None below two values."""
        return self.m2 / (self.count - 1) if self.count > 1 else None

    @property
    def std(self) -> float | None:
        """Sample standard deviation (ddof = 1); None below two values."""
        return None if self.variance is None else sqrt(self.variance)


def _sum(x: NDArray[np.float64], weights: NDArray[np.float64] | None) -> float:
    """Not a dot product: that is spread over threads, which wait for each other at this size."""
    return float((x if weights is None else x * weights).sum())
