"""A column in rising order: what quantiles, histograms and outliers are read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

# So many whole numbers are sooner converted than looked up one by one.
_FEW = 1 << 17


@dataclass(frozen=True, slots=True)
class Ranked:
    """Finite numbers in rising order, shape (n,).

    ``values`` may be whole numbers, and times ``scale`` makes them the column's unit; of many, only
    those that are looked at are converted. ``ends``, shape (n,), says how many values of the column
    lie at or before each; None when every number stands for one value. All answers are found by
    bisection: a column of ten million is sorted once and never gone through again.
    """

    values: NDArray[Any]
    ends: NDArray[np.int64] | None = None
    scale: float = 1.0

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

    def numbers(self, start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        """The different values from position ``start`` to ``stop`` as numbers."""
        return self._numbers(slice(start, stop))

    def at(self, ranks: ArrayLike) -> NDArray[np.float64]:
        """The values at the given ranks, 0 being the smallest."""
        wanted = np.asarray(ranks, dtype=np.int64)
        if self.ends is None:
            return self._numbers(wanted)
        return self._numbers(np.searchsorted(self.ends, wanted, side="right"))

    def below(self, bounds: ArrayLike) -> NDArray[np.int64]:
        """How many values are smaller than each bound."""
        return self._reached(self._find(bounds, "left"))

    def up_to(self, bounds: ArrayLike) -> NDArray[np.int64]:
        """How many values are smaller than, or equal to, each bound."""
        return self._reached(self._find(bounds, "right"))

    def _numbers(self, positions: Any) -> NDArray[np.float64]:
        x: NDArray[np.float64] = self.values[positions].astype(np.float64, copy=False)
        return x if self.scale == 1.0 else x * self.scale

    def _find(self, bounds: ArrayLike, side: Literal["left", "right"]) -> NDArray[np.int64]:
        """How many of ``values`` come before each bound, those equal to it included on the "right"."""
        wanted = np.asarray(bounds, dtype=np.float64)
        if self.values.size <= _FEW or (self.values.dtype == np.float64 and self.scale == 1.0):
            return np.searchsorted(self.numbers(), wanted, side)
        return self._bisect(wanted, np.less if side == "left" else np.less_equal)

    def _bisect(self, wanted: NDArray[np.float64], before: Callable[..., Any]) -> NDArray[np.int64]:
        low = np.zeros(wanted.shape, np.int64)
        high = np.full(wanted.shape, self.values.size, np.int64)
        for _ in range(int(self.values.size).bit_length()):
            middle = np.minimum((low + high) // 2, self.values.size - 1)
            further = before(self._numbers(middle), wanted) & (low < high)
            low, high = np.where(further, middle + 1, low), np.where(further, high, np.minimum(middle, high))
        return low

    def _reached(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        if self.ends is None:
            return positions
        return np.concatenate([np.zeros(1, np.int64), self.ends])[positions]
