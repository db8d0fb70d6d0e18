"""The valid values of a column in rising order: how many are different, which are frequent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine.compiled import compiled

Values = NDArray[Any]
Bits = NDArray[np.int64]
Counts = NDArray[np.int64]
Positions = NDArray[np.int64]


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
            if values.size and values[-1] != values[-1]:
                values[np.searchsorted(values, np.nan) :] = np.nan
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
        return 1 + _count_steps(self._bits())

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
        firsts, lasts = (np.empty(self.values.size // 2 + 1, np.int64) for _ in range(2))
        found = _find_runs(self._bits(), firsts, lasts)
        return self.values[firsts[:found]], lasts[:found] - firsts[:found] + 1

    def _singles(self, keep: int) -> Values:
        """The first ``keep`` values that occur once."""
        places = np.empty(min(keep, self.values.size), np.int64)
        return self.values[places[: _find_singles(self._bits(), places)]]

    def _bits(self) -> Bits:
        """Equal where the values are: one kind of number for all, as compiled loops are made for one."""
        return self.values.astype(np.int64) if self.values.dtype == bool else self.values.view(np.int64)


@compiled
def _count_steps(bits: Bits) -> int:
    """How many numbers are not what the one before them is."""
    steps = 0
    for at in range(1, bits.size):
        steps += bits[at] != bits[at - 1]
    return steps


@compiled
def _find_runs(bits: Bits, firsts: Positions, lasts: Positions) -> int:
    """Puts where each run of two or more equal numbers begins and ends into ``firsts`` and ``lasts``;
    returns how many there are."""
    opened = closed = 0
    before = False
    for at in range(1, bits.size):
        again = bits[at] == bits[at - 1]
        # Written in any case: a branch would be guessed wrongly at most borders.
        firsts[opened] = lasts[closed] = at - 1
        opened += again and not before
        closed += before and not again
        before = again
    if before:
        lasts[closed] = bits.size - 1
    return opened


@compiled
def _find_singles(bits: Bits, places: Positions) -> int:
    """Puts the places of the first numbers that occur once into ``places``; returns how many it did."""
    found, last = 0, bits.size - 1
    for at in range(bits.size):
        if found == places.size:
            break
        if (at == 0 or bits[at] != bits[at - 1]) and (at == last or bits[at] != bits[at + 1]):
            places[found] = at
            found += 1
    return found


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
