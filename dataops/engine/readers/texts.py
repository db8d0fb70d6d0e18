"""Values of sheets and JSON as text, so that types are decided over the whole column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from dataops.engine.protocols import NumberedBlock

ROWS_A_BLOCK = 32_768
CHARACTERS_A_BLOCK = 16 * 1024**2

Row = list[str | None]


def as_text(value: Any) -> str | None:
    """A value as a text file would hold it: ISO 8601, whole floats without a point, nested as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, (int, timedelta)) else repr(value)


def text_blocks(rows: Iterable[tuple[int, Row]], names: tuple[str, ...]) -> Iterator[NumberedBlock]:
    """Numbered rows as blocks of text columns; None becomes the empty text, as in a text file."""
    for part in _parts(rows):
        columns = zip(*([cell or "" for cell in cells] for _, cells in part), strict=True)
        arrays = [pa.array(column, pa.string()) for column in columns]
        yield pa.record_batch(arrays, names=list(names)), np.array([number for number, _ in part], np.int64)


def _parts(rows: Iterable[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Rows for one block each: so many, or fewer where they are long."""
    part: list[tuple[int, Row]] = []
    size = 0
    for number, cells in rows:
        part.append((number, cells))
        size += sum(map(len, filter(None, cells)))
        if len(part) == ROWS_A_BLOCK or size > CHARACTERS_A_BLOCK:
            yield part
            part, size = [], 0
    if part:
        yield part
