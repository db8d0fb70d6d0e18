"""The valid values of a column in rising order: how many are different, which are frequent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Keys:
    """``values`` rise; with ``counts`` each is different and occurs so often, without each is one row.

    NaN stands at the end, and every NaN is the same value.
    """

    values: Values
    counts: Counts | None = None

    @classmethod
    def of(cls, values: Values, counts: Counts | None = None) -> Keys:
        """Sorts ``values``; with ``counts`` equal ones are joined. May sort in place."""
        if values.dtype.kind == "f":
            # One zero: -0.0 is equal to 0.0 and must be written like it.
            values = np.add(values, 0.0, out=values if values.flags.writeable else None)
        if counts is None:
            values.sort()
            return cls(values)
        different, index = np.unique(values, return_inverse=True)
        totals = np.bincount(index, weights=counts, minlength=different.size).astype(np.int64)
        return cls(different, totals)

    @property
    def total(self) -> int:
        return self.values.size if self.counts is None else int(self.counts.sum())

    @property
    def distinct(self) -> int:
        if self.counts is not None or not self.values.size:
            return int(self.values.size)
        return int(self.values.size - np.count_nonzero(self._repeats()))

    def part(self, start: int, stop: int) -> Keys:
        """The values from position ``start`` to ``stop``."""
        return Keys(self.values[start:stop], None if self.counts is None else self.counts[start:stop])

    def count_of(self, wanted: Values) -> Counts:
        """How often each of ``wanted`` (no NaN) occurs."""
        low = np.searchsorted(self.values, wanted, "left")
        high = np.searchsorted(self.values, wanted, "right")
        if self.counts is None:
            return (high - low).astype(np.int64)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.counts)])
        return np.asarray(ends[high] - ends[low], dtype=np.int64)

    def top(self, keep: int) -> tuple[Values, Counts]:
        """The ``keep`` most frequent values; of equally frequent ones the smallest."""
        if self.counts is not None:
            best = most(self.counts, keep)
            return self.values[best], self.counts[best]
        values, counts = self.runs()
        best = most(counts, keep)
        values, counts = values[best], counts[best]
        singles = self._singles(keep - values.size)
        return np.concatenate([values, singles]), np.concatenate([counts, np.ones(singles.size, np.int64)])

    def runs(self) -> tuple[Values, Counts]:
        """The values that occur more than once, where each is one row; in rising order."""
        repeats = self._repeats()
        starts = np.flatnonzero(repeats & ~np.concatenate([[False], repeats[:-1]]))
        ends = np.flatnonzero(repeats & ~np.concatenate([repeats[1:], [False]]))
        return self.values[starts], (ends - starts + 2).astype(np.int64)

    def _repeats(self) -> Mask:
        """Which values equal the one before them, from the second on."""
        repeats: Mask = self.values[1:] == self.values[:-1]
        if self.values.dtype.kind == "f" and self.values.size and np.isnan(self.values[-1]):
            repeats[np.searchsorted(self.values, np.nan, "left") :] = True
        return repeats

    def _singles(self, keep: int) -> Values:
        """The first ``keep`` values that occur once."""
        found: list[Values] = []
        repeats = self._repeats() if keep > 0 and self.values.size else np.zeros(0, bool)
        for start in range(0, self.values.size, _STEP):
            if keep <= 0:
                break
            stop = min(start + _STEP, self.values.size)
            again = np.zeros(stop - start, bool)
            again[max(0, 1 - start) :] |= repeats[max(start - 1, 0) : stop - 1]
            again[: repeats.size - start] |= repeats[start:stop]
            found.append(self.values[start:stop][~again][:keep])
            keep -= found[-1].size
        return np.concatenate([self.values[:0], *found])


def most(counts: Counts, keep: int) -> NDArray[np.int64]:
    """Positions of the ``keep`` largest counts, largest first; of equal ones the first."""
    if counts.size <= keep:
        return np.argsort(-counts, kind="stable")
    least = _nth_largest(counts, keep)
    above = np.flatnonzero(counts > least)
    level = np.flatnonzero(counts == least)[: keep - above.size]
    chosen = np.sort(np.concatenate([above, level]))
    return chosen[np.argsort(-counts[chosen], kind="stable")]


def _nth_largest(counts: Counts, n: int) -> int:
    """The ``n``-th largest of more than ``n`` counts, most of which are small as a rule."""
    largest = int(counts.max())
    if largest > counts.size:
        return int(np.partition(counts, counts.size - n)[counts.size - n])
    at_least = np.cumsum(np.bincount(counts)[::-1])
    return largest - int(np.searchsorted(at_least, n))
