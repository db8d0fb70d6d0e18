"""Duplicate rows by 64-bit hashes: of each different value once, then summed along the row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_POSITIONS = 64
_SLICE = 65_536
# Tabulation hashing (Zobrist 1970): a random word per (position, byte), added up. Positions repeat
# after 64; each repetition is multiplied by another odd power, so that texts stay told apart.
_TABLE = np.random.default_rng(20_130_101).integers(0, 2**64, _POSITIONS * 256, dtype=np.uint64)
_POWER = np.uint64(0x9E3779B97F4A7C15)
_NULL = np.uint64(0x5851F42D4C957F2D)


def value_hashes(values: pa.Array, column: int) -> Hashes:
    """Hash per value of column number ``column``, and one more at the end for NULL.

    Equal values in different columns get different hashes, so that the sum along a row depends on
    which column holds what.
    """
    texts = pc.cast(values, pa.string())
    parts = [_text_hashes(texts.slice(start, _SLICE)) for start in range(0, len(texts), _SLICE)]
    hashes = np.concatenate([*parts, np.array([_NULL])])
    return _mix(hashes + _mix(np.array([column + 1], dtype=np.uint64)))


def count_duplicates(blocks: list[Hashes]) -> int:
    """Rows in surplus: all rows less the different ones. ``blocks`` hold one hash per row.

    Two different rows among n share a hash with a probability below n**2 / 2**65: 3 in a million
    for ten million rows.
    """
    hashes = np.sort(np.concatenate(blocks))
    return int((hashes[1:] == hashes[:-1]).sum())


def _text_hashes(texts: pa.StringArray) -> Hashes:
    """One hash per text, from the bytes all texts share one buffer of."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(offsets)
    data = texts.buffers()[2]
    if data is None or not lengths.any():
        return np.zeros(len(texts), np.uint64)
    content = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    position = np.arange(content.size) - np.repeat(offsets[:-1] - offsets[0], lengths)
    words: Hashes = _TABLE[(position % _POSITIONS) * 256 + content]
    if lengths.max() > _POSITIONS:
        words *= _powers(int(lengths.max()) // _POSITIONS + 1)[position // _POSITIONS]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words)])
    hashes: Hashes = sums[offsets[1:] - offsets[0]] - sums[offsets[:-1] - offsets[0]]
    return hashes


def _powers(count: int) -> Hashes:
    """1, _POWER, _POWER**2 ...: a short text hashes the same beside a long one as without it."""
    factors = np.full(count, _POWER, dtype=np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def _mix(words: Hashes) -> Hashes:
    """Finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit depends on every other."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
