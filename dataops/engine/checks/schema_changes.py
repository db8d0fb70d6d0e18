"""What changed between the columns of two profiles."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dataops.engine.intake import NOTATION
from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profile.frequent import Counted
from dataops.engine.types import ColumnType

Kind = Literal["added", "removed", "retyped", "renamed", "reordered", "dialect"]

# A column that went and one that came are taken for one, renamed, when they agree this far.
ALIKE = 0.9
_LEVELS = np.linspace(0.05, 0.95, 19)


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change; ``from_`` and ``to`` are types, names or positions (from 1), by kind.

    "dialect" is a change of how the file is written: ``column`` is empty, both sides say what it was.
    """

    kind: Kind
    column: str
    from_: str = ""
    to: str = ""


def compare_schemas(baseline: Profile, current: Profile) -> tuple[SchemaChange, ...]:
    """Changes from ``baseline`` to ``current``, gravest kinds first."""
    old = {column.name: column for column in baseline.columns}
    new = {column.name: column for column in current.columns}
    gone = [column for name, column in old.items() if name not in new]
    come = [column for name, column in new.items() if name not in old]
    renamed = _pair(gone, come)
    common = [name for name in old if name in new]
    return (
        *(SchemaChange("removed", column.name) for column in gone if column.name not in renamed),
        *_retyped((old[name], new[name]) for name in common),
        *(SchemaChange("renamed", after, before, after) for before, after in renamed.items()),
        *(SchemaChange("added", column.name) for column in come if column.name not in renamed.values()),
        *_reordered(common, [name for name in new if name in old]),
    )


def compare_writing(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[SchemaChange, ...]:
    """What changed in how a file is written, property by property, where both are known."""
    return tuple(
        SchemaChange("dialect", "", f"{name} {before[name]!r}", f"{name} {value!r}")
        for name, value in now.items()
        if name in before and before[name] != value
    )


def expected_types(
    baseline: Profile, before: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, ColumnType]:
    """The types of the baseline; what was text is open again once more is known of how values are written."""
    types = {column.name: column.type for column in baseline.columns}
    if not before or all(now.get(name) in (None, before.get(name)) for name in NOTATION):
        return types
    return {name: kind for name, kind in types.items() if kind is not ColumnType.TEXT}


def _retyped(pairs: Iterable[tuple[ColumnProfile, ColumnProfile]]) -> Iterable[SchemaChange]:
    """A column without values has no type that could have changed."""
    for before, after in pairs:
        known = ColumnType.EMPTY not in (before.type, after.type)
        if known and before.type is not after.type:
            yield SchemaChange("retyped", after.name, before.type.value, after.type.value)


def _pair(gone: Sequence[ColumnProfile], come: Sequence[ColumnProfile]) -> Mapping[str, str]:
    """Old name -> new name of columns whose contents agree; the most alike pairs first."""
    scored = [(_likeness(before, after), before.name, after.name) for before in gone for after in come]
    pairs: dict[str, str] = {}
    for likeness, before, after in sorted(scored, key=lambda pair: -pair[0]):
        if likeness >= ALIKE and before not in pairs and after not in pairs.values():
            pairs[before] = after
    return pairs


def _likeness(before: ColumnProfile, after: ColumnProfile) -> float:
    """How far two columns agree in type, missing share and distribution, 0..1."""
    if before.type is not after.type or before.type is ColumnType.EMPTY:
        return 0.0
    missing = abs(before.missing_fraction - after.missing_fraction)
    if before.quantiles and after.quantiles:
        same = _quantile_likeness(before, after)
    elif before.frequent.complete or not before.patterns:
        same = _overlap(before.frequent.values, before.present, after.frequent.values, after.present)
    else:
        same = _overlap(before.patterns, before.present, after.patterns, after.present)
    return max(0.0, same - missing)


def _quantile_likeness(before: ColumnProfile, after: ColumnProfile) -> float:
    """1 less the mean distance of the quantiles, in units of the older column's inner 90 %."""
    old = np.array([before.quantiles.at(q) for q in _LEVELS]) if before.quantiles else _LEVELS
    new = np.array([after.quantiles.at(q) for q in _LEVELS]) if after.quantiles else _LEVELS
    spread = old[-1] - old[0]
    if not spread:
        return float(np.array_equal(old, new))
    return float(1 - np.abs(old - new).mean() / spread)


def _overlap(before: Counted, before_rows: int, after: Counted, after_rows: int) -> float:
    """Common part of two shares of values, 0..1."""
    new = dict(after)
    pairs = ((count / max(before_rows, 1), new.get(value, 0) / max(after_rows, 1)) for value, count in before)
    return sum(min(pair) for pair in pairs)


def _reordered(before: Sequence[str], after: Sequence[str]) -> Iterable[SchemaChange]:
    """The fewest columns one has to move: all but a longest rising run of old positions."""
    position = {name: index for index, name in enumerate(before)}
    staying = _longest_rising([position[name] for name in after])
    for index, name in enumerate(after):
        if position[name] not in staying:
            yield SchemaChange("reordered", name, str(position[name] + 1), str(index + 1))


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Members of a longest rising subsequence (patience sorting, O(n log n))."""
    tops: list[int] = []
    below: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        below[number] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [number]
    members: set[int] = set()
    member = tops[-1] if tops else None
    while member is not None:
        members.add(member)
        member = below[member]
    return members
