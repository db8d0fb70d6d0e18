"""Texts too many to hold: a 64-bit hash of each, and its bytes in a spool for the few that are wanted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.profile.frequent import Counted
from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.cells import Cells, Hashes, text_hashes
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.storable import storable

Positions = NDArray[np.int64]

_LOW_BITS = np.uint64(0xFFFF)


class HashedTexts:
    """One entry per text, in the order they came.

    Two different texts among n share a hash with a probability below n**2 / 2**65: 3 in a million
    for ten million.
    """

    def __init__(self, spools: Spools) -> None:
        self._hashes = spools.open(np.uint64)
        # Copies of entries that came with a count.
        self._copies = spools.open(np.uint64)
        self._lengths = spools.open(np.int32)
        self._bytes = spools.open(np.uint8)

    def add(self, cells: Cells, counts: Counts | None = None, hashes: Hashes | None = None) -> None:
        hashes = text_hashes(cells) if hashes is None else hashes
        self._hashes.add(hashes)
        self._lengths.add(cells.lengths)
        self._bytes.add(cells.data)
        if counts is not None:
            self._copies.add(np.repeat(hashes, counts - 1))

    def counted(self) -> CountedHashes:
        return CountedHashes(self)

    def load_keys(self) -> Keys:
        if not self._copies.size:
            return Keys.of(self._hashes.load())
        return Keys.of(np.concatenate([self._hashes.load(), self._copies.load()]))

    def first_met(self, wanted: Hashes, need: int, *, others: bool = False) -> tuple[Hashes, Positions]:
        """The first ``need`` entries with a hash among ``wanted`` (sorted), or with ``others`` not among it.

        Returns their hashes and positions, each hash once, in the order they were met.
        """
        low = np.zeros(int(_LOW_BITS) + 1, dtype=bool)
        low[(wanted & _LOW_BITS).astype(np.int64)] = True
        hashes, positions = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        start = 0
        for block in self._hashes.blocks():
            if hashes.size >= need:
                break
            maybe = (
                np.arange(block.size) if others else np.flatnonzero(low[(block & _LOW_BITS).astype(np.int64)])
            )
            hits = maybe[_among(wanted, block[maybe]) != others]
            hashes = np.concatenate([hashes, block[hits]])
            positions = np.concatenate([positions, start + hits])
            _, first = np.unique(hashes, return_index=True)
            first = np.sort(first)
            hashes, positions = hashes[first], positions[first]
            start += block.size
        return hashes[:need], positions[:need]

    def texts_at(self, positions: Positions) -> pa.StringArray:
        """The texts of a few entries."""
        starts, lengths = self._bounds(np.sort(positions))
        found = [self._bytes.read(*bounds).tobytes() for bounds in zip(starts, lengths, strict=True)]
        order = np.argsort(np.argsort(positions, kind="stable"))
        return pa.array(found, pa.binary()).cast(pa.string()).take(pa.array(order))

    def _bounds(self, rising: Positions) -> tuple[list[int], list[int]]:
        """Where the texts of these entries start among the bytes, and how long they are."""
        starts: list[int] = []
        lengths: list[int] = []
        row = byte = 0
        for block in self._lengths.blocks():
            within = rising[np.searchsorted(rising, row) : np.searchsorted(rising, row + block.size)] - row
            starts.extend(byte + int(block[:place].sum(dtype=np.int64)) for place in within)
            lengths.extend(block[within].tolist())
            row += block.size
            byte += int(block.sum(dtype=np.int64))
        return starts, lengths


class CountedHashes:
    """The same, sorted: see ``CountedTexts``."""

    def __init__(self, texts: HashedTexts) -> None:
        self._texts = texts
        self._keys = texts.load_keys()
        self.distinct = self._keys.distinct
        self.total = self._keys.total

    def top(self, keep: int) -> Counted:
        hashes, counts = self._keys.runs()
        if hashes.size > keep:
            least = np.partition(counts, counts.size - keep)[counts.size - keep]
            heavy, level = hashes[counts > least], hashes[counts == least]
            filled = self._texts.first_met(level, keep - heavy.size)
        else:
            heavy = hashes
            filled = self._texts.first_met(heavy, keep - heavy.size, others=True)
        found, positions = self._texts.first_met(heavy, heavy.size)
        found, positions = np.concatenate([found, filled[0]]), np.concatenate([positions, filled[1]])
        weights = self._keys.count_of(found)
        order = np.lexsort([positions, -weights])
        labels = storable(self._texts.texts_at(positions[order])).to_pylist()
        return tuple(zip(labels, weights[order].tolist(), strict=True))

    def count_of(self, labels: pa.StringArray) -> Counts:
        return self._keys.count_of(text_hashes(Cells.of(labels)))


def _among(wanted: Hashes, hashes: Hashes) -> NDArray[np.bool_]:
    """Which of ``hashes`` are in the sorted ``wanted``."""
    if not wanted.size:
        return np.zeros(hashes.size, dtype=bool)
    at = np.minimum(np.searchsorted(wanted, hashes), wanted.size - 1)
    found: NDArray[np.bool_] = wanted[at] == hashes
    return found
