"""A stored profile of which only the columns that are wanted are read.

The layout of version 3: a mark, the length of the head, the head (all but the columns, their names,
and how long each part is), then the parts of ``COLUMNS_A_PART`` columns each; head and parts are
compressed JSON. Earlier versions are one compressed document.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from dataops.engine.profile.column import ColumnProfile
from dataops.engine.profile.dataset import Profile
from dataops.engine.profile.sketches import DistinctSketch

VERSION = 3
# Version 1 had no sketches and no margins; what it lacks has its default.
READABLE_WHOLE = (1, 2)
MARK = b"\x00profile"
LENGTH_BYTES = 4
COLUMNS_A_PART = 64

Stored = dict[str, Any]


@dataclass(frozen=True)  # Without slots, which leave no place for what is found once.
class PackedProfile:
    """The columns of a profile as a sequence that is read by slices; ``whole`` is the profile itself."""

    head: Mapping[str, Any]
    names: tuple[str, ...]
    _parts: tuple[Callable[[], list[Stored]], ...]
    _columns_a_part: int
    _made: Callable[[Stored], ColumnProfile]
    _data: bytes

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, wanted: slice) -> tuple[ColumnProfile, ...]:
        start, stop, _ = wanted.indices(len(self))
        if start >= stop:
            return ()
        size = self._columns_a_part
        first, last = start // size, (stop - 1) // size
        stored = [column for part in self._parts[first : last + 1] for column in part()]
        return tuple(map(self._made, stored[start - first * size : stop - first * size]))

    def column(self, name: str) -> ColumnProfile | None:
        position = self._positions.get(name)
        return None if position is None else self[position : position + 1][0]

    @property
    def digest(self) -> str:
        """Equal for what was stored as the same bytes alone."""
        return sha256(self._data).hexdigest()

    def whole(self) -> Profile:
        return self._with(self[:])

    def only(self, *names: str) -> Profile:
        """The profile with these columns alone, less those it does not have."""
        found = map(self.column, names)
        return self._with(tuple(column for column in found if column))

    def _with(self, columns: tuple[ColumnProfile, ...]) -> Profile:
        stored = dict(self.head)
        rows = stored.pop("rows_sketch", None)
        sketch = rows and DistinctSketch(b64decode(rows["data"]))
        return Profile(columns=columns, rows_sketch=sketch, **stored)

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Of the first column of each name."""
        return {name: i for i, name in reversed(list(enumerate(self.names)))}


def pack(head: Mapping[str, Any], columns: list[Stored]) -> bytes:
    """A profile as plain JSON, as bytes to store."""
    parts = [
        _pressed(columns[start : start + COLUMNS_A_PART]) for start in range(0, len(columns), COLUMNS_A_PART)
    ]
    names = [column["name"] for column in columns]
    told = _pressed({"v": VERSION, "profile": head, "names": names, "parts": [len(part) for part in parts]})
    return b"".join([MARK, len(told).to_bytes(LENGTH_BYTES, "big"), told, *parts])


def unpack(data: bytes, made: Callable[[Stored], ColumnProfile]) -> PackedProfile:
    """What ``pack`` stored, also of earlier versions; ``made`` makes a column of its JSON.

    Raises ValueError for a version this code does not know.
    """
    if not data.startswith(MARK):
        return _unpack_whole(data, made)
    begin = len(MARK) + LENGTH_BYTES
    end = begin + int.from_bytes(data[len(MARK) : begin], "big")
    told = json.loads(zlib.decompress(data[begin:end]))
    if told["v"] != VERSION:
        raise _unknown(told["v"])
    ends = list(accumulate(told["parts"], initial=end))
    parts = tuple(
        lambda start=start, stop=stop: json.loads(zlib.decompress(data[start:stop]))
        for start, stop in pairwise(ends)
    )
    return PackedProfile(told["profile"], tuple(told["names"]), parts, COLUMNS_A_PART, made, data)


def _unpack_whole(data: bytes, made: Callable[[Stored], ColumnProfile]) -> PackedProfile:
    document = json.loads(zlib.decompress(data))
    if document.get("v") not in READABLE_WHOLE:
        raise _unknown(document.get("v"))
    columns = document["profile"].pop("columns")
    names = tuple(column["name"] for column in columns)
    # A column is made of its JSON by taking it apart, which must not be seen the next time.
    part = (lambda: [dict(column) for column in columns],)
    return PackedProfile(document["profile"], names, part, max(1, len(columns)), made, data)


def _pressed(document: Any) -> bytes:
    return zlib.compress(json.dumps(document, allow_nan=False, separators=(",", ":")).encode())


def _unknown(version: object) -> ValueError:
    return ValueError(f"profile of version {version!r}; this code reads version {VERSION}")
