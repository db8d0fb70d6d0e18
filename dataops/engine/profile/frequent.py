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
    """Exact counts of the most frequent present values, as text, and of all the others together.

    ``values`` is ordered by falling count; values that occur equally often keep the order in which
    they were met. ``other`` is the number of rows whose value is not kept.

    Made ``like`` a reference, ``values`` are the reference's values in the reference's order, also
    those that no longer occur (count 0); what it does not keep is in ``other``, and named in
    ``new`` (at most 20, most frequent first), ``new_values`` (how many) and ``new_rows``.

    >>> usual = Frequent.of(["a", "b"], [3, 1])
    >>> Frequent.like(usual, ["b", "c"], [5, 2])
    Frequent(values=(('a', 0), ('b', 5)), other=2, new=(('c', 2),), new_rows=2, new_values=1)
    """

    values: Counted
    other: int
    new: Counted = ()
    new_rows: int = 0
    new_values: int = 0

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
        """Counts of both parts; exact, and only possible, while neither part dropped a value.

        Raises ValueError otherwise: a value dropped here may be frequent there.
        """
        if not (self.complete and other.complete):
            raise ValueError("values were dropped from one of the parts; count both on the same values")
        joined = dict(self.values)
        for value, count in other.values:
            joined[value] = joined.get(value, 0) + count
        return Frequent.of(list(joined), list(joined.values()))


def _strings(labels: Sequence[str] | pa.StringArray) -> pa.StringArray:
    return labels if isinstance(labels, pa.Array) else pa.array(labels, pa.string())


def _top(labels: pa.StringArray, weights: NDArray[np.int64], keep: int) -> Counted:
    order = np.argsort(-weights, kind="stable")[:keep]
    return tuple(zip(labels.take(pa.array(order)).to_pylist(), weights[order].tolist(), strict=True))
