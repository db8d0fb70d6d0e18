"""A column as the values in it and how often each occurs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Counts = NDArray[np.int64]


class Bag:
    """Collects a column block by block; holds each different value of a block once.

    Parts are joined when they have grown to twice the joined size, so that a column with few
    values stays small however long it is and one with many is not joined again and again.
    """

    def __init__(self) -> None:
        self.nulls = 0
        self._parts: list[tuple[pa.Array, Counts]] = []
        self._joined_size = 0

    def add(self, values: pa.Array, counts: Counts, nulls: int = 0) -> None:
        """Add distinct ``values`` with their ``counts``, and a number of NULLs."""
        self.nulls += nulls
        self._parts.append((values, counts))
        if sum(len(part) for part, _ in self._parts) > 2 * self._joined_size + 65_536:
            self.joined()

    def joined(self) -> tuple[pa.Array, Counts]:
        """All different values, in the order they were first met, with their counts."""
        if not self._parts:
            return pa.nulls(0), np.zeros(0, np.int64)
        if len(self._parts) > 1:
            encoded = pa.concat_arrays([part for part, _ in self._parts]).dictionary_encode()
            codes = encoded.indices.to_numpy()
            weights = np.concatenate([counts for _, counts in self._parts])
            # Sums in float64 are exact up to 2**53 rows.
            totals = np.bincount(codes, weights=weights, minlength=len(encoded.dictionary))
            self._parts = [(encoded.dictionary, totals.astype(np.int64))]
        self._joined_size = len(self._parts[0][0])
        return self._parts[0]
