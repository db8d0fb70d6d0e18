"""The profile of a part of a table, in the types of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profilers import MissingPolicy, profile
from dataops.engine.protocols import Dataset, Progress
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows.cells import ARROW_TYPES, read_cells
from dataops.engine.types import ColumnType

INVALID_KEPT = 10


def profile_part(
    part: Dataset, types: Mapping[str, ColumnType], missing: MissingPolicy, progress: Progress
) -> Profile:
    """The profile of ``part``; its columns have the ``types`` they have in the whole.

    In a small part most values may be invalid; a column of its own would then be of another type.
    """
    found = profile(part, missing=missing, types=types, progress=progress)
    columns = [
        _as(part, position, column, types[column.name], missing)
        if column.type is not types[column.name]
        else column
        for position, column in enumerate(found.columns)
    ]
    return replace(found, columns=tuple(columns))


def _as(
    part: Dataset, position: int, found: ColumnProfile, kind: ColumnType, missing: MissingPolicy
) -> ColumnProfile:
    """The column read as ``kind``, in one more pass: what does not read as it is invalid."""
    chunks, invalid = [], Counter[str]()
    for block in part.blocks():
        values, texts = read_cells(block.column(position), kind, missing.of(found.name))
        chunks.append(values)
        invalid.update(text for text in (texts.to_pylist() if texts is not None else ()) if text is not None)
    read = pa.chunked_array(chunks, ARROW_TYPES[kind])
    alone = ArrowDataset(pa.table({found.name: read}))
    column = profile(alone, missing=missing, types={found.name: kind}).columns[0]
    count = invalid.total()
    return replace(
        column,
        type=kind,
        missing=column.missing - count,
        distinct=column.distinct + len(invalid),
        invalid=count,
        invalid_values=tuple(invalid.most_common(INVALID_KEPT)),
    )
