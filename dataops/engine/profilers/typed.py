"""Collects one column that has a type of its own, as tables in memory and Parquet files have them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profilers.cells import Hashes
from dataops.engine.profilers.collector import Collector, Settings
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.spool import Spools
from dataops.engine.types import ColumnType

_NULL = np.uint64(0x5851F42D4C957F2D)
_TYPES = {
    pa.int64(): (ColumnType.INTEGER, np.int64),
    pa.float64(): (ColumnType.FLOAT, np.float64),
    pa.bool_(): (ColumnType.BOOLEAN, np.bool_),
    pa.date32(): (ColumnType.DATE, np.int64),
    pa.timestamp("us"): (ColumnType.DATETIME, np.int64),
    pa.timestamp("us", "UTC"): (ColumnType.DATETIME, np.int64),
}


class TypedNumbers:
    """Numbers, dates, times or truth values of one Arrow type."""

    def __init__(self, kind: pa.DataType, expected: ColumnType | None, spools: Spools) -> None:
        self._kind, dtype = _TYPES[kind]
        self._zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        self._expected = expected
        self._values = spools.open(dtype)
        self._rows = 0

    def add(self, column: pa.Array) -> Hashes:
        """More rows; returns a hash per row."""
        self._rows += len(column)
        self._values.add(_values(column.drop_null()))
        hashes = _bits(_values(column.fill_null(False if self._values.dtype == bool else 0)))
        if column.null_count:
            hashes[pc.is_null(column).to_numpy(zero_copy_only=False)] = _NULL
        return hashes

    def found(self) -> Found:
        values = self._values.load()
        self._values.close()
        if not values.size:
            return Found.nothing(self._expected, self._rows)
        missing = self._rows - values.size
        kind = self._kind
        # A NULL makes floats of whole numbers in many tools.
        if kind is ColumnType.FLOAT and self._expected is ColumnType.INTEGER and _are_whole(values):
            kind, values = self._expected, values.astype(np.int64)
        elif kind is ColumnType.INTEGER and self._expected is ColumnType.FLOAT:
            kind, values = self._expected, values.astype(np.float64)
        return Found(kind, Keys.of(values), self._zoned, rows=self._rows, missing=missing)


class TypedTexts:
    """Texts; they are only read as something else when that is expected."""

    def __init__(self, settings: Settings, spools: Spools) -> None:
        self._nulls = 0
        self._expected = settings.expected
        # A column that held nothing so far says nothing about what its texts are.
        unknown = settings.expected in (None, ColumnType.EMPTY)
        settled = settings.sure and settings.kind is ColumnType.TEXT
        self._wanted = ColumnType.TEXT if unknown or settled else settings.expected
        self._collector = Collector(replace(settings, expected=self._wanted), spools)

    def add(self, column: pa.Array) -> Hashes:
        """More rows; returns a hash per row."""
        if not column.null_count:
            return self._collector.add(column)
        self._nulls += column.null_count
        hashes = np.full(len(column), _NULL)
        hashes[pc.is_valid(column).to_numpy(zero_copy_only=False)] = self._collector.add(column.drop_null())
        return hashes

    def found(self) -> Found:
        """Raises ReadAgain, as ``Collector`` does."""
        try:
            found = self._collector.found()
            kind = found.type
        except ReadAgain as again:
            kind = again.kind
            if kind in (self._wanted, ColumnType.TEXT):
                raise
        if kind not in (self._wanted, ColumnType.TEXT):
            # Too few read as what is expected: texts they are then, not what else they look like.
            raise ReadAgain(ColumnType.TEXT, sure=True)
        if found.rows == found.missing:
            return Found.nothing(self._expected, found.rows + self._nulls)
        return found.of(found.rows + self._nulls, found.missing + self._nulls)


def collect_typed(kind: pa.DataType, settings: Settings, spools: Spools) -> TypedNumbers | TypedTexts:
    """The collector of a column of an Arrow type that ``readers`` hand out."""
    if kind in _TYPES:
        return TypedNumbers(kind, settings.expected, spools)
    return TypedTexts(settings, spools)


def _values(column: pa.Array) -> NDArray[Any]:
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32()).cast(pa.int64())
    elif pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values


def _bits(values: NDArray[Any]) -> Hashes:
    """Different bits for different values; every NaN is the same value."""
    if values.dtype.kind == "f":
        unknown = np.isnan(values)
        values = np.where(unknown, np.nan, values) if unknown.any() else values
    wide = values.astype(np.uint64) if values.dtype == bool else values.view(np.uint64)
    return wide.copy()


def _are_whole(keys: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(keys).all() and (np.abs(keys) < 2**63).all() and (keys == np.floor(keys)).all())
