"""The bytes of a column of texts, looked at without taking the texts apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.compiled import WORD, Bytes, Places, compiled, inlined, words_of

Hashes = NDArray[np.uint64]

_LENGTHS = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_AGAIN = np.uint64(0x94D049BB133111EB)
# A hash table that stays in the nearest cache of a processor.
_SMALL = 1 << 10
_29, _32 = np.uint64(29), np.uint64(32)


@dataclass(frozen=True, slots=True)
class Cells:
    """Texts, none NULL: where each starts in ``data`` and how long it is, in bytes."""

    texts: pa.StringArray
    data: Bytes
    starts: Places
    lengths: Places

    @classmethod
    def of(cls, texts: pa.StringArray) -> Cells:
        _, offsets, content = texts.buffers()
        bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        if not len(texts) or content is None:
            bounds = np.zeros(len(texts) + 1, np.int32)
        data = np.frombuffer(content or b"", np.uint8)[bounds[0] : bounds[-1]]
        starts = bounds - bounds[0] if bounds[0] else bounds
        # Compiled loops are made for arrays of one kind.
        starts.setflags(write=False)
        return cls(texts, data, starts[:-1], bounds[1:] - bounds[:-1])

    @property
    def size(self) -> int:
        return int(self.starts.size)

    @property
    def words(self) -> Hashes:
        """The eight bytes from each place of ``data`` on, as a number."""
        return words_of(self.data)

    @property
    def is_ascii(self) -> bool:
        return bool(self.data.size == 0 or self.data.max() < 0x80)


def text_hashes(cells: Cells) -> Hashes:
    """One 64-bit hash per text, the same in whatever company: its words, mixed one after the other.

    The mixing is MurmurHash3's finaliser (Appleby 2011): a changed bit changes each bit of the
    result with probability one half.
    """
    hashes = np.empty(cells.size, np.uint64)
    _hash(cells.data, cells.words, cells.starts, cells.lengths, hashes)
    return hashes


def different_texts(cells: Cells, hashes: Hashes) -> tuple[pa.StringArray, NDArray[np.int64]]:
    """The different texts in the order they are met, and how often each occurs; ``hashes`` are theirs."""
    firsts, counts = np.empty(cells.size, np.int32), np.empty(cells.size, np.int64)
    # Of a power of two, and no more than half full: one for all, if the small one does not do.
    for size in (_SMALL, 1 << (2 * cells.size).bit_length()):
        table = np.full(size, -1, np.int32)
        found = _count(cells.words, cells.starts, cells.lengths, hashes, table, firsts, counts)
        if found >= 0:
            break
    return cells.texts.take(pa.array(firsts[:found])), counts[:found].copy()


def add_in_column(sums: Hashes, hashes: Hashes, column: int) -> None:
    """Add the hashes of the texts in column number ``column`` to those of their rows.

    Equal texts in different columns get different hashes, so that the sum depends on which column
    holds what.
    """
    _add_salted(sums, hashes, salt_of(column))


def salt_of(column: int) -> np.uint64:
    """What tells texts in column number ``column`` from those in others."""
    return np.uint64(((column + 1) * int(_LENGTHS)) & 0xFFFF_FFFF_FFFF_FFFF)


@compiled
def _hash(data: Bytes, words: Hashes, starts: Places, lengths: Places, hashes: Hashes) -> None:
    for cell in range(starts.size):
        hashes[cell] = hash_of(data, words, starts[cell], lengths[cell])


@inlined
def hash_of(data: Bytes, words: Hashes, at: int, left: int) -> np.uint64:
    """The hash of the ``left`` bytes from ``at`` on."""
    found = np.uint64(left) * _LENGTHS
    while left > WORD:
        found = mixed(found + words[at])
        at += WORD
        left -= WORD
    hashed: np.uint64 = found + _last_word(data, words, at, left)
    return hashed


@inlined
def _last_word(data: Bytes, words: Hashes, at: int, left: int) -> np.uint64:
    """Up to eight bytes, as a word."""
    if left == 0:
        return np.uint64(0)
    word: np.uint64
    if at < words.size:
        word = words[at] << np.uint64(8 * (WORD - left))
    else:
        word = np.uint64(0)
        for place in range(at, at + left):
            word = (word >> np.uint64(8)) | (np.uint64(data[place]) << np.uint64(56))
    return word


@compiled
def _add_salted(sums: Hashes, hashes: Hashes, salt: np.uint64) -> None:
    for place in range(hashes.size):
        sums[place] += mixed(hashes[place] + salt)


@inlined
def mixed(word: np.uint64) -> np.uint64:
    word = (word ^ (word >> _32)) * _SPREAD
    word = (word ^ (word >> _29)) * _AGAIN
    spread: np.uint64 = word ^ (word >> _32)
    return spread


@compiled
def _count(
    words: Hashes,
    starts: Places,
    lengths: Places,
    hashes: Hashes,
    table: Places,
    firsts: Places,
    counts: NDArray[np.int64],
) -> int:
    """Puts the first place of each different text into ``firsts`` and its count into ``counts``.

    ``table`` is a hash table of open places, -1 where it is empty. Returns how many there are, or -1 when
    they would fill more than half of it.
    """
    found, last = 0, table.size - 1
    for cell in range(hashes.size):
        place = np.int64(mixed(hashes[cell])) & last
        entry = table[place]
        while entry >= 0 and not _are_equal(words, starts, lengths, hashes, firsts[entry], cell):
            place = (place + 1) & last
            entry = table[place]
        if entry >= 0:
            counts[entry] += 1
        elif 2 * found >= table.size:
            return -1
        else:
            table[place] = found
            firsts[found], counts[found] = cell, 1
            found += 1
    return found


@inlined
def _are_equal(words: Hashes, starts: Places, lengths: Places, hashes: Hashes, one: int, other: int) -> bool:
    length = lengths[one]
    if hashes[one] != hashes[other] or length != lengths[other]:
        return False
    # The hash of up to eight bytes is these bytes.
    if length > WORD:
        first, second = starts[one], starts[other]
        for at in range(0, length - WORD, WORD):
            if words[first + at] != words[second + at]:
                return False
        return bool(words[first + length - WORD] == words[second + length - WORD])
    return True
