"""The most frequent values of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

    def merge(self, other: Frequent) -> Frequent:
        """Counts of both parts: exact on the same values, and while neither part dropped a value.

        Otherwise what one part kept may have been dropped by the other: see ``error``.
        """
        mine, others = dict(self._named), dict(other._named)
        counts = {value: mine.get(value, 0) + others.get(value, 0) for value in mine | others}
        # By value where counts are equal, so that the order of merging does not matter.
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        kept = tuple(item for item in ranked[:KEPT] if item[1])
        same = mine.keys() == others.keys()
        error = self.error + other.error if same else self._most_dropped + other._most_dropped
        return Frequent(kept, self.total + other.total - sum(count for _, count in kept), error=error)

    def distinct_with(self, other: Frequent) -> int | None:
        """How many different values both parts have together; None when they cannot tell."""
        if self._most_dropped or other._most_dropped:
            return None
        return len({value for value, count in (*self._named, *other._named) if count})

    @property
    def _named(self) -> Counted:
        return self.values + self.new

    @property
    def _most_dropped(self) -> int:
        """How often a value that is not named may have occurred."""
        rest = self.total - sum(count for _, count in self._named)
        if not rest:
            return self.error
        least = min((count for _, count in self.new or self.values), default=rest)
        return min(least + self.error, rest)


def _strings(labels: Sequence[str] | pa.StringArray) -> pa.StringArray:
    return labels if isinstance(labels, pa.Array) else pa.array(labels, pa.string())


def _top(labels: pa.StringArray, weights: NDArray[np.int64], keep: int) -> Counted:
    order = np.argsort(-weights, kind="stable")[:keep]
    return tuple(zip(labels.take(pa.array(order)).to_pylist(), weights[order].tolist(), strict=True))
