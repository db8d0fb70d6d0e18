"""Which texts read as which type, and what they then say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.types import DAY, ColumnType

# Share of present values that must read as a type for a column to have it.
ENOUGH = 0.95
# A known column keeps its type, and the rest is invalid, while at least this share reads as it.
STILL = 0.5

Mask = NDArray[np.bool_]

# An integer part without leading zeros and of at most 18 digits: "00123" and longer digit strings
# are identifiers, and 18 digits always fit 64 bits.
_WHOLE = r"(?:0|[1-9]\d{0,17})"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)"
PATTERNS = {
    ColumnType.INTEGER: rf"^[+-]?{_WHOLE}$",
    ColumnType.FLOAT: rf"^[+-]?(?:(?:{_WHOLE}|(?:0|[1-9]\d*)?\.\d+|(?:0|[1-9]\d*)\.)(?:[eE][+-]?\d{{1,4}})?"
    r"|(?i:nan|inf|infinity))$",
    ColumnType.BOOLEAN: r"^(?i:true|false)$",
    ColumnType.DATE: rf"^{DAY}$",
    ColumnType.DATETIME: rf"^{DAY}(?:[T ]{_TIME}{_ZONE}?)?$",
}


def reads_as(texts: pa.StringArray, kind: ColumnType) -> Mask:
    """Which of ``texts``, spaces around them aside, are literals of ``kind``; all are text.

    >>> reads_as(pa.array(["7", "007", "7.5"]), ColumnType.INTEGER).tolist()
    [True, False, False]
    """
    if kind not in PATTERNS or not len(texts):
        return np.ones(len(texts), dtype=bool)
    found: Mask = pc.match_substring_regex(_trim(texts), PATTERNS[kind]).to_numpy(zero_copy_only=False)
    return found


def choose_type(texts: pa.StringArray, counts: NDArray[np.int64], expected: ColumnType | None) -> ColumnType:
    """The type of a column that holds each of ``texts`` as often as ``counts`` says.

    The expected type, as long as half of the values read as it. Otherwise the one most values read
    as, if 95 % do; of several the narrowest. All values are looked at, none is sampled.
    """
    total = counts.sum()
    if expected not in (None, ColumnType.EMPTY) and counts[reads_as(texts, expected)].sum() >= STILL * total:
        return expected
    shares: dict[ColumnType, int] = {}
    for kind in PATTERNS:
        shares[kind] = int(counts[reads_as(texts, kind)].sum())
        if shares[kind] == total:
            break
    best = max(shares, key=lambda kind: shares[kind])
    if shares[best] < ENOUGH * total or (best is ColumnType.INTEGER and _are_codes(texts)):
        return ColumnType.TEXT
    return best


def parse(texts: pa.StringArray, kind: ColumnType) -> NDArray[Any]:
    """Values of literals of ``kind``: int64, float64, bool, days or microseconds since 1970 (int64).

    Times with a zone are taken to UTC; times without one are read as UTC.
    """
    trimmed = _trim(texts)
    if kind is ColumnType.BOOLEAN:
        return np.asarray(pc.equal(pc.utf8_lower(trimmed), "true").to_numpy(zero_copy_only=False))
    if kind is ColumnType.DATE:
        return np.asarray(pc.cast(trimmed, pa.date32()).cast(pa.int32()).to_numpy(), dtype=np.int64)
    if kind is ColumnType.DATETIME:
        return _parse_times(trimmed)
    target = pa.int64() if kind is ColumnType.INTEGER else pa.float64()
    unsigned = pc.replace_substring_regex(trimmed, r"^\+", "")
    return np.asarray(pc.cast(unsigned, target).to_numpy())


def has_zone(texts: pa.StringArray) -> Mask:
    """Which time literals name their zone."""
    found: Mask = pc.match_substring_regex(_trim(texts), rf":.*{_ZONE}$").to_numpy(zero_copy_only=False)
    return found


def _parse_times(texts: pa.StringArray) -> NDArray[np.int64]:
    # Arrow refuses more digits than the unit holds: nanoseconds are cut to microseconds.
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    zoned = has_zone(texts)
    result = np.zeros(len(texts), dtype=np.int64)
    for mask, target in ((zoned, pa.timestamp("us", "UTC")), (~zoned, pa.timestamp("us"))):
        result[mask] = pc.cast(texts.filter(pa.array(mask)), target).cast(pa.int64()).to_numpy()
    return result


def _are_codes(texts: pa.StringArray) -> bool:
    """Whether whole numbers are codes such as postcodes: all of one width, some with a leading 0."""
    digits = texts.filter(pc.match_substring_regex(texts, r"^\d+$"))
    if not pc.any(pc.match_substring_regex(digits, r"^0\d")).as_py():
        return False
    widths = pc.min_max(pc.utf8_length(digits))
    return bool(widths["min"].as_py() == widths["max"].as_py())


def _trim(texts: pa.StringArray) -> pa.StringArray:
    return pc.utf8_trim_whitespace(texts)
