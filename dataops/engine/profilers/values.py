"""A column's values after reading: typed, distinct, sorted, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.literals import choose_type, has_zone, parse, reads_as
from dataops.engine.types import ColumnType

_DAY_SECONDS = 86_400.0
_ARROW_TYPES = {
    pa.int64(): ColumnType.INTEGER,
    pa.float64(): ColumnType.FLOAT,
    pa.bool_(): ColumnType.BOOLEAN,
    pa.date32(): ColumnType.DATE,
}


@dataclass(frozen=True, slots=True)
class Values:
    """Distinct present values of one column, read as ``type``.

    ``keys``, shape (n,), are the valid ones in rising order (int64, float64, bool; days or
    microseconds since 1970 for dates and times), None for text, which is in ``labels`` alone.
    ``labels`` are the valid values as text; ``invalid`` those that do not read as ``type``.
    """

    type: ColumnType
    labels: pa.StringArray
    counts: Counts
    keys: NDArray[Any] | None = None
    invalid: pa.StringArray | None = None
    invalid_counts: Counts | None = None

    @property
    def numbers(self) -> NDArray[np.float64] | None:
        """Keys as numbers, dates and times as seconds since 1970 UTC; None where there are none."""
        if self.keys is None or self.type is ColumnType.BOOLEAN:
            return None
        x = self.keys.astype(np.float64)
        scale = {ColumnType.DATE: _DAY_SECONDS, ColumnType.DATETIME: 1e-6}.get(self.type)
        return x if scale is None else x * scale


def read_texts(texts: pa.StringArray, counts: Counts, expected: ColumnType | None) -> Values:
    """Values of a column of text cells, none of them missing."""
    kind = choose_type(texts, counts, expected)
    if kind is ColumnType.TEXT:
        return Values(kind, texts, counts)
    valid = reads_as(texts, kind)
    literals = texts.filter(pa.array(valid))
    zoned = kind is ColumnType.DATETIME and bool(has_zone(literals).any())
    return _typed(
        kind, parse(literals, kind), counts[valid], zoned, texts.filter(pa.array(~valid)), counts[~valid]
    )


def read_typed(values: pa.Array, counts: Counts, expected: ColumnType | None) -> Values:
    """Values of a column that has a type of its own.

    Text is only read as something else when that is expected; whole floats count as integers when
    integers are expected, because a NULL makes floats of integers in many tools.
    """
    if pa.types.is_string(values.type):
        return read_texts(values, counts, expected or ColumnType.TEXT)
    kind = _ARROW_TYPES.get(values.type, ColumnType.DATETIME)
    if kind is ColumnType.DATETIME:
        return _typed(kind, pc.cast(values, pa.int64()).to_numpy(), counts, values.type.tz is not None)
    if kind is ColumnType.DATE:
        values = values.cast(pa.int32()).cast(pa.int64())
    keys = values.to_numpy(zero_copy_only=False)
    if kind is ColumnType.FLOAT and expected is ColumnType.INTEGER and _are_whole(keys):
        kind, keys = expected, keys.astype(np.int64)
    elif kind is ColumnType.INTEGER and expected is ColumnType.FLOAT:
        kind, keys = expected, keys.astype(np.float64)
    return _typed(kind, keys, counts)


def _typed(
    kind: ColumnType,
    keys: NDArray[Any],
    counts: Counts,
    zoned: bool = False,
    invalid: pa.StringArray | None = None,
    invalid_counts: Counts | None = None,
) -> Values:
    """Sort the keys, and join those that were written in several ways ("1.0" and "1")."""
    different, index = np.unique(keys, return_inverse=True)
    totals = np.bincount(index, weights=counts, minlength=different.size).astype(np.int64)
    return Values(kind, _labels(kind, different, zoned), totals, different, invalid, invalid_counts)


def _labels(kind: ColumnType, keys: NDArray[Any], zoned: bool) -> pa.StringArray:
    """Keys as text: numbers as short as they can be, dates and times in ISO 8601."""
    if kind is ColumnType.DATE:
        return _texts(np.datetime_as_string(keys.astype("datetime64[D]")))
    if kind is not ColumnType.DATETIME:
        return pc.cast(pa.array(keys), pa.string())
    texts = np.datetime_as_string(
        keys.astype("datetime64[us]"), unit="us" if (keys % 1_000_000).any() else "s"
    )
    return _texts(np.char.add(texts, "Z") if zoned else texts)


def _texts(texts: NDArray[np.str_]) -> pa.StringArray:
    """The same in Arrow, which makes several chunks of more than 16 MiB."""
    made = pa.array(texts, pa.string())
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _are_whole(keys: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(keys).all() and (np.abs(keys) < 2**63).all() and (keys == np.floor(keys)).all())
