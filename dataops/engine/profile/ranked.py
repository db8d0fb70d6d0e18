"""A column in rising order: what quantiles, histograms and outliers are read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Ranked:
    """Finite numbers in rising order, shape (n,).

    ``ends``, shape (n,), says how many values of the column lie at or before each; None when every
    number stands for one value. All answers are found by bisection, so a column of ten million is
    sorted once and never looked through again.
    """

    values: NDArray[np.float64]
    ends: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None) -> Ranked:
        """``values`` in any order, shape (n,), each taken ``counts`` times (once by default)."""
        x = np.asarray(values, dtype=np.float64)
        if counts is None:
            return cls(np.sort(x))
        order = np.argsort(x, kind="stable")
        return cls(x[order], np.cumsum(np.asarray(counts, dtype=np.int64)[order]))

    @property
    def total(self) -> int:
        if self.ends is None:
            return int(self.values.size)
        return int(self.ends[-1]) if self.ends.size else 0

    def at(self, ranks: ArrayLike) -> NDArray[np.float64]:
        """The values at the given ranks, 0 being the smallest."""
        wanted = np.asarray(ranks, dtype=np.int64)
        if self.ends is None:
            return self.values[wanted]
        return self.values[np.searchsorted(self.ends, wanted, side="right")]

    def below(self, bounds: ArrayLike) -> NDArray[np.int64]:
        """How many values are smaller than each bound."""
        return self._reached(np.searchsorted(self.values, np.asarray(bounds), side="left"))

    def up_to(self, bounds: ArrayLike) -> NDArray[np.int64]:
        """How many values are smaller than, or equal to, each bound."""
        return self._reached(np.searchsorted(self.values, np.asarray(bounds), side="right"))

    def _reached(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        if self.ends is None:
            return np.asarray(positions, dtype=np.int64)
        return np.concatenate([np.zeros(1, np.int64), self.ends])[positions]
