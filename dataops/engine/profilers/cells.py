"""The bytes of a column of texts, looked at without taking the texts apart."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

_WORD = 8
_PAD = np.zeros(_WORD, np.uint8)
# Longer texts are rare in tables, and one long text would make a round of the loop for every word.
_LONG = 256
_LENGTHS = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_AGAIN = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Cells:
    """Texts, none NULL: where each starts in ``data`` (padded by one word) and how long it is in bytes."""

    texts: pa.StringArray
    data: Bytes
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.StringArray) -> Cells:
        _, offsets, content = texts.buffers()
        bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        if not len(texts) or content is None:
            return cls(texts, _PAD, np.zeros(len(texts), np.int32), np.zeros(len(texts), np.int32))
        data = np.frombuffer(content, np.uint8)[bounds[0] : bounds[-1]]
        starts = bounds - bounds[0] if bounds[0] else bounds
        return cls(texts, np.concatenate([data, _PAD]), starts[:-1], np.diff(bounds))

    @property
    def size(self) -> int:
        return int(self.starts.size)

    @property
    def first(self) -> Bytes:
        """The first byte of each text; of an empty one, some other byte."""
        return self.data[self.starts]

    @property
    def last(self) -> Bytes:
        """The last byte of each text; of an empty one, some other byte."""
        found: Bytes = self.data[self.starts + self.lengths - 1]
        return found

    @property
    def content(self) -> Bytes:
        return self.data[:-_WORD]

    def byte(self, position: int, among: NDArray[np.int64] | None = None) -> Bytes:
        """The byte at ``position`` of each text (``among`` some of them); anything where it is shorter."""
        starts = self.starts if among is None else self.starts[among]
        if position >= _WORD:
            return self.data[np.minimum(starts + position, self.data.size - 1)]
        return self.data[starts + position]

    @property
    def is_ascii(self) -> bool:
        return bool(self.content.size == 0 or self.content.max() < 0x80)


def text_hashes(cells: Cells) -> Hashes:
    """One 64-bit hash per text, the same in whatever company: its words, mixed one after the other.

    The mixing is MurmurHash3's finaliser (Appleby 2011): a changed bit changes each bit of the
    result with probability one half.
    """
    words = np.ndarray((cells.data.size - _WORD + 1,), "<u8", cells.data, strides=(1,))
    lengths = cells.lengths.astype(np.uint64)
    hashes = _word(words, cells.starts, lengths)
    hashes += lengths * _LENGTHS
    if not cells.size or (longest := int(cells.lengths.max())) <= _WORD:
        return hashes
    if longest > _LONG:
        _hash_long(cells, hashes)
    rest = np.flatnonzero((cells.lengths > _WORD) & (cells.lengths <= _LONG))
    at = 0
    while rest.size:
        at += _WORD
        left = lengths[rest] - np.uint64(at)
        hashes[rest] = _mixed(hashes[rest]) + _word(words, cells.starts[rest] + at, left)
        rest = rest[left > _WORD]
    return hashes


def in_column(hashes: Hashes, column: int) -> Hashes:
    """Hashes of the same texts in column number ``column``, to be added up along a row.

    Equal texts in different columns get different hashes, so that the sum depends on which column
    holds what.
    """
    salt = np.uint64(((column + 1) * int(_LENGTHS)) & 0xFFFF_FFFF_FFFF_FFFF)
    return _mixed(hashes + salt)


def _word(
    words: NDArray[np.uint64], starts: NDArray[np.int32], left: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """The next up to eight bytes of each text, of which ``left`` bytes are left."""
    shift = np.uint64(64) - np.minimum(left, np.uint64(_WORD)) * np.uint64(8)
    return words[starts] << shift


def _mixed(words: Hashes) -> Hashes:
    mixed: Hashes = words >> np.uint64(32)
    mixed ^= words
    mixed *= _SPREAD
    mixed ^= mixed >> np.uint64(29)
    mixed *= _AGAIN
    mixed ^= mixed >> np.uint64(32)
    return mixed


def _hash_long(cells: Cells, hashes: Hashes) -> None:
    for position in np.flatnonzero(cells.lengths > _LONG).tolist():
        start = int(cells.starts[position])
        text = cells.data[start : start + int(cells.lengths[position])]
        hashes[position] = int.from_bytes(blake2b(text.tobytes(), digest_size=8).digest())
