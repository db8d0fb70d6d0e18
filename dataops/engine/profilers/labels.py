"""Valid values as text, and as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.literals import parse, reads_as
from dataops.engine.types import ColumnType

# What makes dates and times seconds since 1970 UTC.
SCALES = {ColumnType.DATE: 86_400.0, ColumnType.DATETIME: 1e-6}
_SECOND = 1_000_000
_STEP = 1 << 16
_WHOLE = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Notation:
    """How the valid values of a column are written: times alike, with a zone and fractions or without."""

    kind: ColumnType
    zoned: bool = False
    fractions: bool = False

    @classmethod
    def of(cls, kind: ColumnType, keys: Keys, zoned: bool) -> Self:
        steps = range(0, keys.values.size if kind is ColumnType.DATETIME else 0, _STEP)
        return cls(kind, zoned, any((keys.values[at : at + _STEP] % _SECOND).any() for at in steps))

    def write(self, values: NDArray[Any]) -> pa.StringArray:
        """Values as text: numbers as short as they can be, dates and times in ISO 8601."""
        if self.kind is ColumnType.DATE:
            return pa.array(np.datetime_as_string(values.astype("datetime64[D]")), pa.string())
        if self.kind is not ColumnType.DATETIME:
            return pc.cast(pa.array(values), pa.string())
        moments = values.astype("datetime64[us]")
        texts = np.datetime_as_string(moments, unit="us" if self.fractions else "s")
        return pa.array(np.char.add(texts, "Z") if self.zoned else texts, pa.string())

    def count(self, keys: Keys, labels: pa.StringArray) -> Counts:
        """How often the values occur that are written as ``labels``."""
        counts = np.zeros(len(labels), np.int64)
        readable, values = _read_labels(labels, self.kind)
        if readable.size:
            # What another type writes otherwise is another value: "1.50" is not "1.5".
            asked = labels.take(pa.array(readable))
            same = pc.equal(self.write(values), asked).to_numpy(zero_copy_only=False)
            counts[readable[same]] = keys.count_of(values[same])
        return counts


def _read_labels(labels: pa.StringArray, kind: ColumnType) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The positions of the labels that may stand for a value of ``kind``, and these values.

    Whole numbers may be as wide as a typed column holds them: 19 digits make an identifier of a cell
    of text, but not of a label.
    """
    if kind is not ColumnType.INTEGER:
        readable = np.flatnonzero(reads_as(labels, kind))
        return readable, parse(labels.take(pa.array(readable)), kind)
    texts = enumerate(labels.to_pylist())
    numbers = {at: int(text) for at, text in texts if _WHOLE.fullmatch(text)}
    fitting = {at: number for at, number in numbers.items() if -(2**63) <= number < 2**63}
    return np.array([*fitting], np.int64), np.array([*fitting.values()], np.int64)
