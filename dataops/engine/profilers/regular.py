"""Fast reading of literals: plain ones from their bytes, all others the long way, through ``literals``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.compiled import Bytes, Places, Words, compiled, inlined
from dataops.engine.fields import Fields
from dataops.engine.profilers.cells import Cells, Hashes, hash_of, mixed, salt_of
from dataops.engine.profilers.literals import has_zone, parse, reads_as
from dataops.engine.profilers.plain import (
    DOUBTFUL,
    LONG,
    MONTHS,
    READ,
    ZONED,
    plain_day,
    plain_decimal,
    plain_time,
    plain_whole,
)
from dataops.engine.types import ColumnType

# What has plain literals.
REGULAR = frozenset({ColumnType.INTEGER, ColumnType.FLOAT, ColumnType.DATE, ColumnType.DATETIME})
_DTYPES: dict[ColumnType, Any] = {ColumnType.FLOAT: np.float64, ColumnType.BOOLEAN: np.bool_}
_NOBODY = np.empty(0, np.uint64)


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
    ((_, read),) = read_fields(_as_fields(cells), {0: kind}, _NOBODY)
    return read


def read_fields(fields: Fields, kinds: Mapping[int, ColumnType], sums: Hashes) -> Iterator[tuple[int, Read]]:
    """The same of some columns at once, by their positions.

    Adds the hashes of their cells, empty ones too, to ``sums`` per row, as ``add_in_column`` does.
    """
    for column, values, doubtful, zoned in _read_plain(fields, kinds, sums):
        if not doubtful.size:
            yield column, Read(values, pa.array([], pa.string()), zoned)
            continue
        slow = _read_slowly(fields.cells(column, doubtful), kinds[column])
        together = np.concatenate([values, slow.values]) if slow.values.size else values
        yield column, Read(together, slow.rest, zoned or slow.zoned, odd=slow.values.size > 0)


def are_plain(cells: Cells, kind: ColumnType) -> bool:
    """Whether literals of ``kind`` are all written as plainly as they could be."""
    ((_, _, doubtful, _),) = _read_plain(_as_fields(cells), {0: kind}, _NOBODY)
    return not doubtful.size


def _as_fields(cells: Cells) -> Fields:
    return Fields(("",), cells.data, cells.starts[:, None], cells.lengths[:, None])


def _read_plain(
    fields: Fields, kinds: Mapping[int, ColumnType], sums: Hashes
) -> Iterator[tuple[int, NDArray[Any], Places, bool]]:
    """Of each column its position, its values, the rows of cells that are neither plain nor empty, and
    whether a time names its zone. Adds the hashes of all cells to ``sums``, unless that is for nobody."""
    for kind, group in groupby(sorted(kinds, key=kinds.__getitem__), key=kinds.__getitem__):
        columns = np.array(list(group), np.int32)
        salts = np.array([salt_of(column) for column in columns.tolist()], np.uint64)
        cells = _Met(fields.data, fields.words, fields.begins, fields.lengths, columns, salts, sums, MONTHS)
        made = _made(kind, columns.size, fields.num_rows)
        _LOOPS.get(kind, _read_nothing)(cells, made)
        for at, column in enumerate(columns.tolist()):
            plain, zoned, long, doubtful = made.counts[at].tolist()
            read, values, rows = plain + zoned, made.values[at], made.places[1, at, :doubtful]
            if long:
                try:
                    texts = fields.cells(column, made.places[0, at, :long])
                    values[read : read + long] = pc.cast(texts, pa.float64())
                except pa.ArrowInvalid:
                    rows = np.concatenate([rows, made.places[0, at, :long]])
                else:
                    read += long
            # A few values must not keep the room of many.
            yield column, values[:read] if 2 * read > values.size else values[:read].copy(), rows, zoned > 0


class _Met(NamedTuple):
    """Cells of some columns of one type; the hashes of all are added to ``sums``, if that is not empty."""

    data: Bytes
    words: Words
    begins: Places
    lengths: Places
    columns: Places
    salts: Hashes
    sums: Hashes
    months: NDArray[np.int64]


class _Made(NamedTuple):
    """Of each column: ``values`` (columns, rows); ``counts`` (columns, 4) of what became of its cells; and
    ``places`` (2, columns, rows), the rows of those that are LONG or DOUBTFUL."""

    values: NDArray[Any]
    counts: NDArray[np.int64]
    places: Places


def _made(kind: ColumnType, columns: int, rows: int) -> _Made:
    return _Made(
        np.empty((columns, rows), _DTYPES.get(kind, np.int64)),
        np.zeros((columns, DOUBTFUL + 1), np.int64),
        np.empty((2, columns, rows), np.int32),
    )


# A loop for each type: one for all that chooses for each cell was measured to take half as long again.


@compiled
def _read_whole(cells: _Met, made: _Made) -> None:
    for row in range(cells.begins.shape[0]):
        for at in range(cells.columns.size):
            begin, length = _meet(cells, row, at)
            if length:
                became, value = plain_whole(cells.data, cells.words, begin, length)
                _note(made, row, at, became, value)


@compiled
def _read_decimals(cells: _Met, made: _Made) -> None:
    for row in range(cells.begins.shape[0]):
        for at in range(cells.columns.size):
            begin, length = _meet(cells, row, at)
            if length:
                became, value = plain_decimal(cells.data, cells.words, begin, length)
                _note(made, row, at, became, value)


@compiled
def _read_days(cells: _Met, made: _Made) -> None:
    for row in range(cells.begins.shape[0]):
        for at in range(cells.columns.size):
            begin, length = _meet(cells, row, at)
            if length:
                became, value = plain_day(cells.data, cells.words, cells.months, begin, length)
                _note(made, row, at, became, value)


@compiled
def _read_times(cells: _Met, made: _Made) -> None:
    for row in range(cells.begins.shape[0]):
        for at in range(cells.columns.size):
            begin, length = _meet(cells, row, at)
            if length:
                became, value = plain_time(cells.data, cells.words, cells.months, begin, length)
                _note(made, row, at, became, value)


@compiled
def _read_nothing(cells: _Met, made: _Made) -> None:
    """Of a type that has no plain literals."""
    for row in range(cells.begins.shape[0]):
        for at in range(cells.columns.size):
            if _meet(cells, row, at)[1]:
                _note(made, row, at, DOUBTFUL, 0)


@inlined
def _meet(cells: _Met, row: int, at: int) -> tuple[int, int]:
    """Where the cell begins and how long it is."""
    begin, length = cells.begins[row, cells.columns[at]], cells.lengths[row, cells.columns[at]]
    if cells.sums.size:
        cells.sums[row] += mixed(hash_of(cells.data, cells.words, begin, length) + cells.salts[at])
    return begin, length


@inlined
def _note(made: _Made, row: int, at: int, became: int, value: Any) -> None:
    """Written in any case: what is no value the next one writes over."""
    made.values[at, made.counts[at, READ] + made.counts[at, ZONED]] = value
    if became >= LONG:
        made.places[became - LONG, at, made.counts[at, became]] = row
    made.counts[at, became] += 1


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


_LOOPS = {
    ColumnType.INTEGER: _read_whole,
    ColumnType.FLOAT: _read_decimals,
    ColumnType.DATE: _read_days,
    ColumnType.DATETIME: _read_times,
}
