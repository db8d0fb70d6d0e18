"""Fast reading of literals: plain ones from their bytes, all others the long way, through ``literals``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.compiled import Places
from dataops.engine.profilers.cells import Cells
from dataops.engine.profilers.literals import has_zone, parse, reads_as
from dataops.engine.profilers.plain import MONTHS, read_days, read_decimals, read_times, read_whole
from dataops.engine.types import ColumnType


@dataclass(frozen=True, slots=True)
class Read:
    """``values`` of the cells that read as a type, in no order; ``rest`` are the texts of the others.

    Empty cells are in neither. ``odd`` when some values are not written as plainly as they could be:
    " 7", "+5", "-0".
    """

    values: NDArray[Any]
    rest: pa.StringArray
    zoned: bool = False
    odd: bool = False


def read_cells(cells: Cells, kind: ColumnType) -> Read:
    """Exactly what ``literals`` makes of the cells that are not empty."""
    values, doubtful, zoned = _read_plain(cells, kind)
    if not doubtful.size:
        return Read(values, cells.texts.slice(0, 0), zoned)
    slow = _read_slowly(cells.texts.take(pa.array(doubtful)), kind)
    if not slow.values.size:
        return Read(values, slow.rest, zoned)
    return Read(np.concatenate([values, slow.values]), slow.rest, zoned or slow.zoned, odd=True)


def are_plain(cells: Cells, kind: ColumnType) -> bool:
    """Whether literals of ``kind`` are all written as plainly as they could be."""
    return not _read_plain(cells, kind)[1].size


def _read_plain(cells: Cells, kind: ColumnType) -> tuple[NDArray[Any], Places, bool]:
    """Values, the positions of cells that are neither plain nor empty, and whether a time names its zone."""
    where = cells.data, cells.words, cells.starts, cells.lengths
    doubtful, zoned = np.empty(cells.size, np.int32), 0
    if kind is ColumnType.FLOAT:
        return *_read_decimals(cells, doubtful), False
    values = np.empty(cells.size, np.int64)
    if kind is ColumnType.INTEGER:
        read, left = read_whole(*where, values, doubtful)
    elif kind is ColumnType.DATE:
        read, left = read_days(*where, MONTHS, values, doubtful)
    elif kind is ColumnType.DATETIME:
        read, left, zoned = read_times(*where, MONTHS, values, doubtful)
    else:
        return np.zeros(0, bool), np.flatnonzero(cells.lengths).astype(np.int32), False
    return values[:read], doubtful[:left], bool(zoned)


def _read_decimals(cells: Cells, doubtful: Places) -> tuple[NDArray[np.float64], Places]:
    values, long = np.empty(cells.size, np.float64), np.empty(cells.size, np.int32)
    where = cells.data, cells.words, cells.starts, cells.lengths
    read, left, more = read_decimals(*where, values, doubtful, long)
    if more:
        try:
            numbers = pc.cast(cells.texts.take(pa.array(long[:more])), pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            return values[:read], np.concatenate([doubtful[:left], long[:more]])
        values[read : read + more] = numbers
    return values[: read + more], doubtful[:left]


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
