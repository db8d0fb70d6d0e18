"""The most frequent values of a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

KEPT = 100
NEW_KEPT = 20

Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Frequent:
    """Counts of the most frequent present values, as text, and of all the others together.

    ``values`` is ordered by falling count; values that occur equally often keep the order in which
    they were met. ``other`` is the number of rows whose value is not kept.

    Made ``like`` a reference, ``values`` are the reference's values in the reference's order, also
    those that no longer occur (count 0); what it does not keep is in ``other``, and named in
    ``new`` (at most 20, most frequent first), ``new_values`` (how many) and ``new_rows``.

    Counts are exact while ``error`` is 0. Merged, a value may have occurred up to ``error`` times more
    than is counted, namely in a part that did not keep it; those times are in ``other``.

    >>> usual = Frequent.of(["a", "b"], [3, 1])
    >>> Frequent.like(usual, ["b", "c"], [5, 2])
    Frequent(values=(('a', 0), ('b', 5)), other=2, new=(('c', 2),), new_rows=2, new_values=1, error=0)
    """

    values: Counted
    other: int
    new: Counted = ()
    new_rows: int = 0
    new_values: int = 0
    error: int = 0

    @classmethod
    def of(cls, labels: Sequence[str] | pa.StringArray, counts: ArrayLike, keep: int = KEPT) -> Frequent:
        """The ``keep`` most frequent of distinct ``labels``, shape (n,), with their ``counts``."""
        weights = np.asarray(counts, dtype=np.int64)
        values = _top(_strings(labels), weights, keep)
        return cls(values, int(weights.sum()) - sum(count for _, count in values))

    @classmethod
    def like(cls, reference: Frequent, labels: Sequence[str] | pa.StringArray, counts: ArrayLike) -> Frequent:
        """Counts of ``labels`` on the values the reference keeps."""
        names, weights = _strings(labels), np.asarray(counts, dtype=np.int64)
        kept = pa.array([value for value, _ in reference.values], pa.string())
        found = pc.index_in(kept, value_set=names)
        at = found.fill_null(-1).to_numpy(zero_copy_only=False)
        on_kept = np.where(at >= 0, weights[at], 0) if weights.size else np.zeros(len(kept), np.int64)
        is_new = np.ones(weights.size, dtype=bool)
        is_new[at[at >= 0]] = False
        rows = int(weights[is_new].sum())
        return cls(
            values=tuple(zip(kept.to_pylist(), on_kept.tolist(), strict=True)),
            other=rows,
            new=_top(names.filter(pa.array(is_new)), weights[is_new], NEW_KEPT),
            new_rows=rows,
            new_values=int(is_new.sum()),
        )

    @property
    def complete(self) -> bool:
        """Whether every value of the column is kept."""
        return self.other == 0

    @property
    def total(self) -> int:
        """All present rows."""
        return sum(count for _, count in self.values) + self.other

    @property
    def named(self) -> Counted:
        """The values that are known by name and occur."""
        return tuple(found for found in self._named if found[1])

    @property
    def names_all(self) -> bool:
        """Whether every value that occurs is among ``named``."""
        return not self._unnamed

    def merge(self, *others: Frequent, alike: bool = False) -> Frequent:
        """Counts of all parts: exact on the same values, and while no part dropped a value.

        Otherwise what one part kept may have been dropped by another: see ``error``. Parts that were made
        ``alike`` a reference give what all of their rows, made like it, would.
        """
        parts = (self, *others)
        if alike:
            return _counted_alike(parts)
        counts = _added(part._named for part in parts)
        kept = tuple(found for found in _commonest(counts, KEPT) if found[1])
        dropped = sum(counts.values()) - sum(count for _, count in kept)
        same = all(len(part._named) == len(counts) for part in parts)
        error = sum(part.error if same else part._most_dropped for part in parts)
        return Frequent(kept, dropped + sum(part._unnamed for part in parts), error=error)

    def distinct_with(self, *others: Frequent) -> int | None:
        """How many different values all parts have together; None when they cannot tell."""
        parts = (self, *others)
        if any(part._most_dropped for part in parts):
            return None
        return len({value for part in parts for value, _ in part.named})

    @property
    def _named(self) -> Counted:
        return self.values + self.new

    @property
    def _unnamed(self) -> int:
        """Rows whose value is not named."""
        return self.other - sum(count for _, count in self.new)

    @property
    def _most_dropped(self) -> int:
        """How often a value that is not named may have occurred."""
        rest = self._unnamed
        if not rest:
            return self.error
        least = min((count for _, count in self.new or self.values), default=rest)
        return min(least + self.error, rest)


def _counted_alike(parts: Sequence[Frequent]) -> Frequent:
    """All keep the same values in the same order; what is new may be named in some of them only."""
    rows = np.array([[count for _, count in part.values] for part in parts], dtype=np.int64).sum(axis=0)
    new = _added(part.new for part in parts)
    return Frequent(
        values=tuple(zip((value for value, _ in parts[0].values), rows.tolist(), strict=True)),
        other=sum(part.other for part in parts),
        new=_commonest(new, NEW_KEPT),
        new_rows=sum(part.new_rows for part in parts),
        new_values=max(len(new), *(part.new_values for part in parts)),
        # Where a part names only its commonest, a value it does not name may be as common as the last.
        error=sum(part.error + (part.new[-1][1] if part.new_values > len(part.new) else 0) for part in parts),
    )


def _added(parts: Iterable[Counted]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        for value, count in part:
            counts[value] = counts.get(value, 0) + count
    return counts


def _commonest(counts: Mapping[str, int], keep: int) -> Counted:
    """By value where counts are equal, so that the order of merging does not matter."""
    return tuple(nsmallest(keep, counts.items(), key=lambda found: (-found[1], found[0])))


def _strings(labels: Sequence[str] | pa.StringArray) -> pa.StringArray:
    return labels if isinstance(labels, pa.Array) else pa.array(labels, pa.string())


def _top(labels: pa.StringArray, weights: NDArray[np.int64], keep: int) -> Counted:
    order = np.argsort(-weights, kind="stable")[:keep]
    return tuple(zip(labels.take(pa.array(order)).to_pylist(), weights[order].tolist(), strict=True))
