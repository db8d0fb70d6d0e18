"""From what was found of a column to its profile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.profile import ColumnProfile, Frequent, Histogram, Moments, Outliers, Quantiles, Ranked
from dataops.engine.profile.column import Scalar
from dataops.engine.profile.frequent import KEPT, NEW_KEPT
from dataops.engine.profile.outliers import FAR_OUT
from dataops.engine.profilers.found import Found
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.labels import SCALES, Notation
from dataops.engine.types import ColumnType

INVALID_KEPT = 10
_CHUNK = 1 << 16


def profile_column(name: str, found: Found, like: ColumnProfile | None = None) -> ColumnProfile:
    """All statistics of one column; comparable bin by bin with ``like`` when that is given."""
    notation = None if found.keys is None else Notation.of(found.type, found.keys, found.zoned)
    if found.type is ColumnType.TEXT:
        specific = _textual(found)
    elif found.keys is not None and notation is not None:
        specific = _invalid(found) | _numeric(found.type, found.keys, like) | _extremes(found.keys, notation)
    else:
        specific = {
            "histogram": Histogram.on(like.histogram.edges, [], []) if like and like.histogram else None
        }
    return ColumnProfile(
        name=name,
        type=found.type,
        rows=found.rows,
        missing=found.missing,
        distinct=found.texts.distinct + (found.keys.distinct if found.keys is not None else 0),
        frequent=_frequent(found, notation) if like is None else _like(found, notation, like.frequent),
        **specific,
    )


def _frequent(found: Found, notation: Notation | None) -> Frequent:
    values = _top(found, notation, KEPT)
    return Frequent(values, found.rows - found.missing - sum(count for _, count in values))


def _like(found: Found, notation: Notation | None, reference: Frequent) -> Frequent:
    """Counts of the values on those the reference keeps."""
    kept = pa.array([value for value, _ in reference.values], pa.string())
    counts = found.texts.count_of(kept)
    distinct = found.texts.distinct
    if found.keys is not None and notation is not None:
        counts = counts + notation.count(found.keys, kept)
        distinct += found.keys.distinct
    other = found.rows - found.missing - int(counts.sum())
    known = {value for value, _ in reference.values}
    new = [(text, n) for text, n in _top(found, notation, NEW_KEPT + len(known)) if text not in known]
    return Frequent(
        values=tuple(zip(kept.to_pylist(), counts.tolist(), strict=True)),
        other=other,
        new=tuple(new[:NEW_KEPT]),
        new_rows=other,
        new_values=distinct - int(np.count_nonzero(counts)),
    )


def _top(found: Found, notation: Notation | None, keep: int) -> tuple[tuple[str, int], ...]:
    """The most frequent values, valid ones before others that are as frequent."""
    values: list[tuple[str, int]] = []
    if found.keys is not None and notation is not None:
        keys, counts = found.keys.top(keep)
        values = list(zip(notation.write(keys).to_pylist(), counts.tolist(), strict=True))
    values.extend(found.texts.top(keep))
    return tuple(sorted(values, key=lambda value: -value[1])[:keep])


def _textual(found: Found) -> dict[str, Any]:
    if found.statistics is None:
        return {}
    low, high = found.statistics.bounds
    return {
        "minimum": low,
        "maximum": high,
        "lengths": found.statistics.lengths,
        "patterns": found.statistics.patterns(),
    }


def _invalid(found: Found) -> dict[str, Any]:
    return {"invalid": found.texts.total, "invalid_values": found.texts.top(INVALID_KEPT)}


def _finite(keys: Keys) -> Keys:
    """The finite values; infinities stand at both ends and NaN at the very end."""
    if keys.values.dtype.kind != "f":
        return keys
    low = int(np.searchsorted(keys.values, -np.inf, "right"))
    return keys.part(low, int(np.searchsorted(keys.values, np.inf, "left")))


def _extremes(keys: Keys, notation: Notation) -> dict[str, Scalar]:
    """Smallest and largest valid value: numbers as such (finite ones), all else as text."""
    finite = _finite(keys).values
    if not finite.size:
        return {}
    ends = finite[[0, -1]]
    low, high = ends.tolist() if notation.kind.is_numeric else notation.write(ends).to_pylist()
    return {"minimum": low, "maximum": high}


def _numeric(kind: ColumnType, keys: Keys, like: ColumnProfile | None) -> dict[str, Any]:
    """Statistics of the finite numbers (of dates and times: quantiles and histogram)."""
    if kind is ColumnType.BOOLEAN:
        return {}
    finite = _finite(keys)
    infinite = keys.count_of(np.array([-np.inf, np.inf])).sum() if keys.values.dtype.kind == "f" else 0
    ends = None if finite.counts is None else np.cumsum(finite.counts)
    column = Ranked(finite.values, ends, SCALES.get(kind, 1.0))
    found: dict[str, Any] = {
        "nan": keys.total - column.total - int(infinite),
        "infinite": int(infinite),
        "histogram": _histogram(column, like),
    }
    if column.total:
        found["quantiles"] = quantiles = Quantiles.of_ranked(column)
        if kind.is_numeric:
            found["moments"] = _moments(column, finite.counts)
            found["outliers"] = Outliers.of_ranked(quantiles, column)
            found["far_outliers"] = Outliers.of_ranked(quantiles, column, k=FAR_OUT)
    return found


def _moments(column: Ranked, counts: NDArray[np.int64] | None) -> Moments:
    """Chunk by chunk: a whole column as numbers, and their squares, would take its memory again."""
    moments = Moments(0, 0.0, 0.0)
    for start in range(0, column.values.size, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        part = Moments.of(column.numbers(chunk.start, chunk.stop), None if counts is None else counts[chunk])
        moments = moments.merge(part) if moments.count else part
    return moments


def _histogram(column: Ranked, like: ColumnProfile | None) -> Histogram | None:
    if like is not None and like.histogram is not None:
        return Histogram.on_ranked(like.histogram.edges, column)
    return Histogram.of_ranked(column) if column.total else None
