"""The percentiles of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.profile.ranked import Ranked

LEVELS = tuple(i / 100 for i in range(101))


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Percentiles of the finite values of a column, by linear interpolation as ``numpy.quantile``.

    ``levels`` rise from 0 to 1 and ``values``, of the same length, are in the column's unit (dates:
    seconds since 1970 UTC). Quantiles of parts do not merge: the profiler computes them from the
    whole column, or ``distributions`` estimates them.

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
        return cls.of_ranked(Ranked.of(values, counts))

    @classmethod
    def of_ranked(cls, column: Ranked) -> Quantiles:
        """Percentiles of a column in order. Raises ValueError without values."""
        if not column.total:
            raise ValueError("no values to take quantiles of")
        return cls(LEVELS, tuple(_interpolate(column).tolist()))

    def at(self, level: float) -> float:
        """The value at ``level`` in 0..1: exact on a stored level, interpolated between two.

        Raises ValueError outside 0..1.
        """
        if not 0 <= level <= 1:
            raise ValueError(f"level {level} is not within 0..1")
        return float(np.interp(level, self.levels, self.values))


def _interpolate(column: Ranked) -> NDArray[np.float64]:
    position = np.asarray(LEVELS) * (column.total - 1)
    rank = np.floor(position)
    share = position - rank
    below = column.at(rank)
    above = column.at(np.minimum(rank + 1, column.total - 1))
    with np.errstate(over="ignore", invalid="ignore"):
        mixed: NDArray[np.float64] = below + (above - below) * share
    return mixed
