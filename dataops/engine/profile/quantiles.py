"""The percentiles of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS = tuple(i / 100 for i in range(101))


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Percentiles of the finite values of a column, by linear interpolation as ``numpy.quantile``.

    ``levels`` rise from 0 to 1 and ``values``, of the same length, are in the column's unit (dates:
    seconds since 1970 UTC). Quantiles of parts do not merge: the profiler computes them from the
    whole column.

    >>> Quantiles.of([1.0, 2.0, 10.0]).at(0.25)
    1.5
    """

    levels: tuple[float, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None) -> Quantiles:
        """Percentiles of ``values``, shape (n,), each taken ``counts`` times (once by default).

        Raises ValueError without values: there is no quantile of nothing.
        """
        x = np.asarray(values, dtype=np.float64)
        if not x.size:
            raise ValueError("no values to take quantiles of")
        weights = np.ones(x.size, dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
        order = np.argsort(x, kind="stable")
        return cls(LEVELS, tuple(_interpolate(x[order], np.cumsum(weights[order])).tolist()))

    def at(self, level: float) -> float:
        """The value at ``level`` in 0..1: exact on a stored level, interpolated between two.

        Raises ValueError outside 0..1.
        """
        if not 0 <= level <= 1:
            raise ValueError(f"level {level} is not within 0..1")
        return float(np.interp(level, self.levels, self.values))


def _interpolate(x: NDArray[np.float64], cumulated: NDArray[np.int64]) -> NDArray[np.float64]:
    """Percentiles of sorted ``x`` whose copies end at the ``cumulated`` ranks."""
    position = np.asarray(LEVELS) * (cumulated[-1] - 1)
    rank = np.floor(position)
    share = position - rank
    below = x[np.searchsorted(cumulated, rank, side="right")]
    above = x[np.searchsorted(cumulated, np.minimum(rank + 1, cumulated[-1] - 1), side="right")]
    with np.errstate(over="ignore", invalid="ignore"):
        mixed: NDArray[np.float64] = below + (above - below) * share
    return mixed
