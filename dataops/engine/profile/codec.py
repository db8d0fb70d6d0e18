"""Profiles as bytes to store and as JSON to show."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

from dataops.engine.profile.column import ColumnProfile
from dataops.engine.profile.dataset import Profile
from dataops.engine.profile.frequent import Frequent
from dataops.engine.profile.histogram import Histogram
from dataops.engine.profile.lengths import Lengths
from dataops.engine.profile.margins import Margins
from dataops.engine.profile.moments import Moments
from dataops.engine.profile.outliers import Outliers
from dataops.engine.profile.packed import PackedProfile, pack, unpack
from dataops.engine.profile.quantiles import Quantiles
from dataops.engine.profile.sketches import DistinctSketch, NumberSketch, Sketches
from dataops.engine.types import ColumnType

SHOWN_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

_PARTS = {
    "moments": Moments,
    "quantiles": Quantiles,
    "histogram": Histogram,
    "frequent": Frequent,
    "lengths": Lengths,
    "outliers": Outliers,
    "far_outliers": Outliers,
    "margins": Margins,
}


def encode(profile: Profile) -> bytes:
    """The whole profile, exactly, as compressed JSON; ``decode`` gives an equal one back."""
    head = _plain(profile)
    return pack(head, head.pop("columns"))


def decode(data: bytes) -> Profile:
    """The profile that ``encode`` stored. Raises ValueError for a version this code does not know."""
    return open_packed(data).whole()


def open_packed(data: bytes) -> PackedProfile:
    """The same, of which only the columns that are asked for are read; raises as ``decode``."""
    return unpack(data, _column)


def as_json(profile: Profile) -> dict[str, Any]:
    """The public JSON of a profile; holds no NaN and no infinity.

    The histogram is the drawable one, of about equally wide bins.
    """
    return {
        "rows": profile.rows,
        "duplicate_rows": profile.duplicate_rows,
        "duplicate_rows_error": profile.duplicate_rows_error,
        "bytes": profile.bytes,
        "columns": [column_json(column) for column in profile.columns],
    }


def column_json(column: ColumnProfile) -> dict[str, Any]:
    """The public JSON of one column."""
    quantiles, histogram, outliers = column.quantiles, column.histogram, column.outliers
    document = {
        "name": column.name,
        "type": column.type.value,
        "rows": column.rows,
        "missing": column.missing,
        "missing_fraction": column.missing_fraction,
        "nan": column.nan,
        "infinite": column.infinite,
        "invalid": column.invalid,
        "invalid_values": column.invalid_values,
        "distinct": column.distinct,
        "min": column.minimum,
        "max": column.maximum,
        "mean": column.moments and column.moments.mean,
        "std": column.moments and column.moments.std,
        "quantiles": {str(q): quantiles.at(q) for q in SHOWN_QUANTILES} if quantiles else None,
        "outliers": outliers,
        "top": column.frequent.values,
        "other": column.frequent.other,
        "top_error": column.frequent.error,
        "length": column.lengths
        and {"min": column.lengths.minimum, "max": column.lengths.maximum, "mean": column.lengths.mean},
        "patterns": column.patterns,
        "histogram": histogram and histogram.even(),
        "exact": column.exact,
        "margins": column.margins,
    }
    shown: dict[str, Any] = _plain(document)
    return shown


# Most of what a profile holds; asked first.
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    """Dataclasses as mappings, tuples as lists, and no number JSON has no word for."""
    if type(value) in _AS_THEY_ARE:
        return value
    if type(value) is float:
        return value if isfinite(value) else None
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [item if type(item) in _AS_THEY_ARE else _plain(item) for item in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def _column(stored: dict[str, Any]) -> ColumnProfile:
    parts = {name: _part(kind, stored.pop(name)) for name, kind in _PARTS.items() if stored.get(name)}
    if sketches := stored.pop("sketches", None):
        parts["sketches"] = _sketches(sketches)
    stored["type"] = ColumnType(stored["type"])
    return ColumnProfile(**{name: _frozen(value) for name, value in stored.items()}, **parts)


def _part(kind: type, stored: Mapping[str, Any]) -> Any:
    # What overflowed was stored as null.
    return kind(**{name: float("nan") if value is None else _frozen(value) for name, value in stored.items()})


def _sketches(stored: Mapping[str, Any]) -> Sketches:
    numbers = stored["numbers"] and NumberSketch(b64decode(stored["numbers"]["data"]))
    return Sketches(DistinctSketch(b64decode(stored["distinct"]["data"])), numbers)


def _frozen(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    # Lists hold values of one kind: numbers, or pairs of a value and its count.
    return tuple(map(tuple, value)) if value and type(value[0]) is list else tuple(value)
