"""From the values of a column to its profile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profile import ColumnProfile, Frequent, Histogram, Lengths, Moments, Outliers, Quantiles
from dataops.engine.profile.column import Scalar
from dataops.engine.profile.outliers import FAR_OUT
from dataops.engine.profilers.bag import Bag, Counts
from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.values import Values, read_texts, read_typed
from dataops.engine.types import ColumnType

PATTERNS_KEPT = 10
INVALID_KEPT = 10
# Texts are stored cut to this many characters: a value may be a whole document.
TEXT_KEPT = 200

_SHAPES = ((r"\p{Lu}", "A"), (r"\p{Ll}", "a"), (r"\p{Nd}", "9"))
# Compiling the Unicode classes costs more than the rest of a small column.
_ASCII_SHAPES = (("[A-Z]", "A"), ("[a-z]", "a"), ("[0-9]", "9"))


def profile_column(
    name: str,
    bag: Bag,
    *,
    typed: bool,
    policy: MissingPolicy,
    expected: ColumnType | None = None,
    like: ColumnProfile | None = None,
) -> ColumnProfile:
    """All statistics of one column; comparable bin by bin with ``like`` when that is given."""
    values, counts = bag.joined()
    rows = int(counts.sum()) + bag.nulls
    if pa.types.is_string(values.type):
        present = ~policy.mask(values)
        values, counts = values.filter(pa.array(present)), counts[present]
    missing = rows - int(counts.sum())
    if not counts.size:
        return _all_missing(name, rows, expected, like)
    read = read_typed(values, counts, expected) if typed else read_texts(values, counts, expected)
    labels, label_counts = _all_labels(read)
    invalid = Frequent.of([], [])
    if read.invalid is not None and read.invalid_counts is not None:
        invalid = Frequent.of(_storable(read.invalid), read.invalid_counts, keep=INVALID_KEPT)
    low, high = _extremes(read)
    numeric = _numeric(read, like)
    return ColumnProfile(
        name=name,
        type=read.type,
        rows=rows,
        missing=missing,
        distinct=len(labels),
        frequent=_frequent(labels, label_counts, like),
        invalid=invalid.total,
        invalid_values=invalid.values,
        minimum=low,
        maximum=high,
        **(numeric if read.keys is not None else _textual(read)),
    )


def _all_missing(
    name: str, rows: int, expected: ColumnType | None, like: ColumnProfile | None
) -> ColumnProfile:
    """A column without values says nothing about its type: it keeps the one it is known by."""
    nothing: Counts = np.zeros(0, np.int64)
    histogram = Histogram.on(like.histogram.edges, [], []) if like and like.histogram else None
    return ColumnProfile(
        name,
        expected or ColumnType.EMPTY,
        rows,
        missing=rows,
        distinct=0,
        frequent=_frequent(pa.array([], pa.string()), nothing, like),
        histogram=histogram,
    )


def _all_labels(read: Values) -> tuple[pa.StringArray, Counts]:
    """Valid and invalid values together, as text."""
    if read.invalid is None or read.invalid_counts is None:
        return read.labels, read.counts
    return pa.concat_arrays([read.labels, read.invalid]), np.concatenate([read.counts, read.invalid_counts])


def _frequent(labels: pa.StringArray, counts: Counts, like: ColumnProfile | None) -> Frequent:
    texts = _storable(labels)
    return Frequent.of(texts, counts) if like is None else Frequent.like(like.frequent, texts, counts)


def _storable(texts: pa.StringArray) -> pa.StringArray:
    """Texts as they are kept: not too long, and without NUL, which databases refuse in text."""
    texts = pc.replace_substring(texts, "\0", "\ufffd")
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest <= TEXT_KEPT:
        return texts
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, TEXT_KEPT - 1), "…", "")
    return pc.if_else(pc.greater(pc.utf8_length(texts), TEXT_KEPT), cut, texts)


def _extremes(read: Values) -> tuple[Scalar, Scalar]:
    """Smallest and largest valid value: numbers as such (finite ones), all else as text."""
    if read.keys is None:
        bounds = pc.min_max(read.labels)
        low, high = _storable(pa.array([bounds["min"].as_py(), bounds["max"].as_py()])).to_pylist()
        return low, high
    keys = read.keys[np.isfinite(read.keys)]
    if not keys.size:
        return None, None
    if read.type.is_numeric:
        return keys[0].item(), keys[-1].item()
    return read.labels[0].as_py(), read.labels[-1].as_py()


def _numeric(read: Values, like: ColumnProfile | None) -> dict[str, Any]:
    """Statistics of the finite numbers (of dates and times: quantiles and histogram)."""
    numbers = read.numbers
    if numbers is None:
        return {}
    finite = np.isfinite(numbers)
    x, weights = numbers[finite], read.counts[finite]
    found: dict[str, Any] = {
        "nan": int(read.counts[np.isnan(numbers)].sum()),
        "infinite": int(read.counts[np.isinf(numbers)].sum()),
        "histogram": _histogram(x, weights, like),
    }
    if x.size:
        found["quantiles"] = quantiles = Quantiles.of(x, weights)
        if read.type.is_numeric:
            found["moments"] = Moments.of(x, weights)
            found["outliers"] = Outliers.of(quantiles, x, weights)
            found["far_outliers"] = Outliers.of(quantiles, x, weights, k=FAR_OUT)
    return found


def _histogram(x: NDArray[np.float64], weights: Counts, like: ColumnProfile | None) -> Histogram | None:
    if like is not None and like.histogram is not None:
        return Histogram.on(like.histogram.edges, x, weights)
    return Histogram.of(x, weights) if x.size else None


def _textual(read: Values) -> dict[str, Any]:
    """Lengths, and shapes such as "A99999" for N14228."""
    sizes = pc.utf8_length(read.labels).to_numpy()
    shapes = _storable(read.labels)
    is_ascii = pc.all(pc.string_is_ascii(shapes)).as_py()
    for pattern, sign in _ASCII_SHAPES if is_ascii else _SHAPES:
        shapes = pc.replace_substring_regex(shapes, pattern, sign)
    bag = Bag()
    encoded = shapes.dictionary_encode()
    totals = np.bincount(encoded.indices.to_numpy(), weights=read.counts).astype(np.int64)
    bag.add(encoded.dictionary, totals)
    patterns = Frequent.of(*bag.joined(), keep=PATTERNS_KEPT).values
    return {"lengths": Lengths.of(sizes, read.counts), "patterns": patterns}
