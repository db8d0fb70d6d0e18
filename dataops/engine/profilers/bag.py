"""A column as the values in it and how often each occurs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def count_texts(texts: pa.StringArray) -> tuple[pa.StringArray, Counts]:
    """The different ``texts``, none NULL, in the order they are met, and how often each occurs."""
    encoded = texts.dictionary_encode()
    size = len(encoded.dictionary)
    return encoded.dictionary, np.bincount(encoded.indices.to_numpy(), minlength=size)


class Bag:
    """Collects texts block by block; holds each different one of a block once.

    Parts are joined when they have grown to twice the joined size, so that a column with few
    values stays small however long it is and one with many is not joined again and again.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[pa.StringArray, Counts]] = []
        self._waiting = 0
        self._joined_size = 0

    @property
    def size(self) -> int:
        """How many different texts there are for sure."""
        return self._joined_size

    def add(self, texts: pa.StringArray, counts: Counts) -> None:
        """Add different ``texts`` with their ``counts``."""
        if not len(texts):
            return
        self._parts.append((texts, counts))
        self._waiting += len(texts)
        if self._waiting > 2 * self._joined_size + 4096:
            self.joined()

    def joined(self) -> tuple[pa.StringArray, Counts]:
        """All different texts, in the order they were first met, with their counts."""
        if not self._parts:
            return pa.array([], pa.string()), np.zeros(0, np.int64)
        if len(self._parts) > 1:
            encoded = pa.concat_arrays([part for part, _ in self._parts]).dictionary_encode()
            codes = encoded.indices.to_numpy()
            weights = np.concatenate([counts for _, counts in self._parts])
            # Sums in float64 are exact up to 2**53 rows.
            totals = np.bincount(codes, weights=weights, minlength=len(encoded.dictionary))
            self._parts = [(encoded.dictionary, totals.astype(np.int64))]
        self._waiting, self._joined_size = 0, len(self._parts[0][0])
        return self._parts[0]
