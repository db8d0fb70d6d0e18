"""Keys as the texts a profile keeps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.types import ColumnType

TEXT_KEPT = 200


def labels(
    kind: ColumnType, keys: Sequence[Any], *, zoned: bool = False, fractions: bool = False
) -> list[str]:
    """Numbers as short as they can be, dates and times in ISO 8601, texts cut and without NUL.

    >>> labels(ColumnType.DATE, [0, 19_000])
    ['1970-01-01', '2022-01-08']
    """
    if kind is ColumnType.TEXT:
        return [storable(key) for key in keys]
    if kind is ColumnType.BOOLEAN:
        return ["true" if key else "false" for key in keys]
    if kind is ColumnType.INTEGER:
        return [str(key) for key in keys]
    if kind is ColumnType.FLOAT:
        return list(pc.cast(pa.array(keys, pa.float64()), pa.string()).to_pylist())
    unit = "D" if kind is ColumnType.DATE else "us"
    moments: NDArray[Any] = np.asarray(keys, dtype=np.int64).astype(f"datetime64[{unit}]")
    shown = np.datetime_as_string(moments, unit="s" if unit == "us" and not fractions else None)
    return [f"{moment}Z" if zoned else str(moment) for moment in shown]


def key_of(kind: ColumnType, label: str) -> Any:
    """The key a label stands for; None when it stands for none of this kind.

    >>> key_of(ColumnType.DATE, "1970-01-11"), key_of(ColumnType.INTEGER, "ten")
    (10, None)
    """
    if kind is ColumnType.TEXT:
        return label
    with suppress(ValueError, OverflowError):
        if kind is ColumnType.BOOLEAN:
            return {"false": 0, "true": 1}.get(label)
        if kind is ColumnType.INTEGER:
            return key if -(2**63) <= (key := int(label)) < 2**63 else None
        if kind is ColumnType.FLOAT:
            return float(label)
        moment = datetime.fromisoformat(label)
        since = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return since.days if kind is ColumnType.DATE else micros
    return None


def storable(value: str) -> str:
    """A text as it is kept: not too long, and without NUL, which databases refuse in text."""
    value = value.replace("\0", "\ufffd")
    return value if len(value) <= TEXT_KEPT else value[: TEXT_KEPT - 1] + "…"
