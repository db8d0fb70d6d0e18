"""Fast reading of literals: Arrow's own parsers, let near those cells only that they read as we do.

Arrow reads "007" as 7, "0x1F" as 31, nineteen digits, or an hour without minutes. A look at the
length and a few bytes of every cell tells which are free of that; all others go the long way,
through ``literals``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profilers.cells import Bytes, Cells
from dataops.engine.profilers.literals import has_zone, parse, reads_as
from dataops.engine.types import ColumnType

Mask = NDArray[np.bool_]

_ZERO, _ONE, _NINE, _MINUS, _POINT, _COLON = (ord(sign) for sign in "019-.:")
# Up to here whole numbers fit 64 bits, and are numbers, not identifiers, in any notation.
_DIGITS = 18
_DAY, _MINUTE, _MOMENT = len("2024-01-01"), len("2024-01-01 10:30"), len("2024-01-01 10:30:00.000000")


@dataclass(frozen=True, slots=True)
class Read:
    """``values`` of the cells that read as a type, in no order; ``rest`` are the other cells' texts.

    ``odd`` when some values are not written as plainly as they could be: " 7", "+5", "-0".
    """

    values: NDArray[Any]
    rest: pa.StringArray
    zoned: bool = False
    odd: bool = False


def read_cells(cells: Cells, kind: ColumnType) -> Read:
    """Exactly what ``literals`` makes of the cells."""
    regular = _SCREENS[kind](cells) if kind in _SCREENS else np.zeros(cells.size, bool)
    read = _read_regular(cells, kind, regular)
    if read is None and kind.is_numeric:
        # Most of what begins like a number and is none does not end like one.
        read = _read_regular(cells, kind, regular & _is_digit(cells.last))
    return _read_slowly(cells.texts, kind) if read is None else read


def _read_regular(cells: Cells, kind: ColumnType, regular: Mask) -> Read | None:
    """None when a regular cell does not read as ``kind`` after all."""
    everything = bool(regular.all())
    texts = cells.texts if everything else cells.texts.filter(pa.array(regular))
    try:
        values, zoned = _cast(texts, kind)
    except pa.ArrowInvalid:
        return None
    if everything:
        return Read(values, cells.texts.slice(0, 0), zoned)
    rest = cells.texts.filter(pa.array(~regular))
    if not cells.lengths[~regular].any():
        return Read(values, rest, zoned)
    others = _read_slowly(rest, kind)
    return Read(
        np.concatenate([values, others.values]), others.rest, zoned or others.zoned, bool(others.values.size)
    )


def are_plain(cells: Cells, kind: ColumnType) -> bool:
    """Whether literals of ``kind`` are all written as plainly as they could be."""
    return kind in _SCREENS and bool(_SCREENS[kind](cells).all())


def _cast(texts: pa.StringArray, kind: ColumnType) -> tuple[NDArray[Any], bool]:
    """Raises ArrowInvalid when a text does not read as ``kind``, or some times have a zone and some not."""
    if kind is ColumnType.INTEGER:
        return pc.cast(texts, pa.int64()).to_numpy(), False
    if kind is ColumnType.FLOAT:
        return pc.cast(texts, pa.float64()).to_numpy(), False
    if kind is ColumnType.DATE:
        return pc.cast(texts, pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64), False
    if kind is not ColumnType.DATETIME:
        return np.zeros(0, bool), False
    try:
        return pc.cast(texts, pa.timestamp("us")).cast(pa.int64()).to_numpy(), False
    except pa.ArrowInvalid:
        return pc.cast(texts, pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy(), True


def _read_slowly(texts: pa.StringArray, kind: ColumnType) -> Read:
    encoded = texts.dictionary_encode()
    different, codes = encoded.dictionary, encoded.indices.to_numpy()
    valid = reads_as(different, kind)
    literals = different.filter(pa.array(valid))
    positions = np.cumsum(valid) - 1
    is_valid = valid[codes]
    values = parse(literals, kind)[positions[codes[is_valid]]]
    zoned = kind is ColumnType.DATETIME and bool(has_zone(literals).any())
    return Read(values, texts.filter(pa.array(~is_valid)), zoned, odd=True)


def _is_digit(signs: Bytes) -> Mask:
    return np.asarray((signs - np.uint8(_ZERO)) <= 9)


def _is_nonzero(signs: Bytes) -> Mask:
    return np.asarray((signs - np.uint8(_ONE)) <= 8)


def _whole(cells: Cells) -> Mask:
    """12 and -12, up to eighteen signs."""
    first = cells.first
    good = _is_nonzero(first)
    other = np.flatnonzero(~good)
    if other.size:
        first, lengths = first[other], cells.lengths[other]
        good[other] = ((first == _ZERO) & (lengths == 1)) | (
            (first == _MINUS) & (lengths > 1) & _is_nonzero(cells.byte(1, other))
        )
    return _short(good, cells)


def _decimal(cells: Cells) -> Mask:
    """12, 1.5, 0.5, .5, and the same below zero; what has an exponent, when that is short."""
    first = cells.first
    good = _is_nonzero(first)
    other = np.flatnonzero(~good)
    if other.size:
        first, second, lengths = first[other], cells.byte(1, other), cells.lengths[other]
        zero = (first == _ZERO) & ((lengths == 1) | (second == _POINT))
        below = (second == _POINT) | _is_nonzero(second)
        below |= (second == _ZERO) & (lengths > 2) & (cells.byte(2, other) == _POINT)
        good[other] = zero | (first == _POINT) | ((first == _MINUS) & (lengths > 1) & below)
    good = _short(good, cells)
    content = cells.content.tobytes()
    if b"e" in content or b"E" in content:
        good &= ~_ends_in_digits(cells, 5)
    return good


def _short(good: Mask, cells: Cells) -> Mask:
    """Of the cells that begin well, those of which Arrow reads no more than we do."""
    if not cells.size or (cells.lengths.max() <= _DIGITS and cells.lengths.min() > 0):
        return good
    return good & (cells.lengths > 0) & (cells.lengths <= _DIGITS)


def _ends_in_digits(cells: Cells, count: int) -> Mask:
    ends = cells.starts + cells.lengths
    all_digits = np.ones(cells.size, dtype=bool)
    for back in range(1, count + 1):
        all_digits &= _is_digit(cells.data[np.maximum(ends - back, 0)])
    return all_digits


def _day(cells: Cells) -> Mask:
    return np.asarray(cells.lengths == _DAY)


def _moment(cells: Cells) -> Mask:
    """A day, or a day with at least hour and minute and no more than microseconds."""
    long = (cells.lengths >= _MINUTE) & (cells.lengths <= _MOMENT) & (cells.byte(13) == _COLON)
    return np.asarray(long | (cells.lengths == _DAY))


_SCREENS = {
    ColumnType.INTEGER: _whole,
    ColumnType.FLOAT: _decimal,
    ColumnType.DATE: _day,
    ColumnType.DATETIME: _moment,
}
