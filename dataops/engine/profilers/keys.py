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
Places = NDArray[np.int64]


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
        bits = self._bits()
        counts = np.ones(_count_runs(bits), np.int64)
        firsts = np.empty(counts.size, np.int64)
        _find_runs(bits, firsts, counts)
        return self.values[firsts], counts

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
def _count_runs(bits: Bits) -> int:
    """How many numbers occur more than once."""
    runs, before = 0, False
    for at in range(1, bits.size):
        again = bits[at] == bits[at - 1]
        runs += again and not before
        before = again
    return runs


@compiled
def _find_runs(bits: Bits, firsts: Places, counts: Counts) -> None:
    """Puts where each number that occurs more than once stands first into ``firsts``, and adds to
    ``counts`` of one how often it occurs again."""
    found, before = -1, False
    for at in range(1, bits.size):
        again = bits[at] == bits[at - 1]
        if again:
            if not before:
                found += 1
                firsts[found] = at - 1
            counts[found] += 1
        before = again


@compiled
def _find_singles(bits: Bits, places: Places) -> int:
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
