"""Cells of a block as values of their columns' types."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.profilers import MissingPolicy
from dataops.engine.profilers.literals import parse, reads_as
from dataops.engine.types import ColumnType

ARROW_TYPES = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
    ColumnType.DATETIME: pa.timestamp("us"),
    ColumnType.TEXT: pa.string(),
    ColumnType.EMPTY: pa.string(),
}


def read_cells(cells: pa.Array, kind: ColumnType, policy: MissingPolicy) -> tuple[pa.Array, pa.Array | None]:
    """Values of ``kind``, NULL where a cell is missing or does not read as it, and the texts that do not.

    The texts are NULL for all other cells; None when the column has a type of its own.
    """
    if not pa.types.is_string(cells.type):
        return pc.cast(_without_zone(cells), ARROW_TYPES[kind], safe=False), None
    encoded = cells.dictionary_encode()
    values, invalid = _read_texts(encoded.dictionary, kind, policy)
    return values.take(encoded.indices), invalid.take(encoded.indices)


def _read_texts(texts: pa.StringArray, kind: ColumnType, policy: MissingPolicy) -> tuple[pa.Array, pa.Array]:
    present = ~policy.mask(texts)
    valid = present & reads_as(texts, kind)
    nothing = pa.scalar(None, pa.string())
    invalid = pc.if_else(pa.array(present & ~valid), texts, nothing)
    if kind in (ColumnType.TEXT, ColumnType.EMPTY):
        return pc.if_else(pa.array(valid), texts, nothing), invalid
    read = parse(texts.filter(pa.array(valid)), kind)
    values = np.zeros(len(texts), read.dtype)
    values[valid] = read
    if kind is ColumnType.DATE:
        values = values.astype(np.int32)
    made = pa.array(values, mask=~valid)
    return (made.view(ARROW_TYPES[kind]) if kind.is_temporal else made), invalid


def _without_zone(cells: pa.Array) -> pa.Array:
    """Times with a zone as UTC without one, as the profile counts them."""
    return cells.view(pa.timestamp("us")) if pa.types.is_timestamp(cells.type) else cells
