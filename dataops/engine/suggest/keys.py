"""Columns, and pairs of columns, that tell every row from all others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pyarrow.compute as pc

from dataops.engine.checks import CheckSpec
from dataops.engine.profile import ColumnProfile
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import Codes, View
from dataops.engine.types import ColumnType

MOST_COLUMNS = 20
MOST_PAIRS = 3
SECONDS_A_DAY = 86_400
BY_CHANCE = 15.0
"""Pairs of rows that would have to be alike if values were drawn by lot: fewer, and none is no wonder."""

NEVER = 0.01
"""So few that no dataset of this size will have one, whatever the reason."""


def propose(view: View) -> Iterator[Suggestion]:
    """A key is proposed only where chance would have broken it, or hardly ever will."""
    full = [c for c in view.columns if not c.missing and not c.invalid and _may_be_key(c)]
    single = [column for column in full if column.distinct == column.rows]
    for column in single:
        alike = _alike_by_chance(view, column)
        if alike is not None and NEVER < alike < BY_CHANCE:
            continue
        evidence = f"{column.name}: {of(column.distinct, column.rows)} values occur once"
        spec = CheckSpec("unique", column=column.name)
        yield Suggestion(spec, "", evidence, column.rows, column.distinct)
    if not single:
        yield from _pairs(view, [column for column in full if column.distinct > 1][:MOST_COLUMNS])


def _alike_by_chance(view: View, column: ColumnProfile) -> float | None:
    """Expected pairs of equal values, drawn from all between the least and the largest; None of texts that
    are no numbers, of which nobody knows how many there are."""
    if column.type is ColumnType.TEXT:
        values = view.table.column(column.name).combine_chunks()
        if not pc.all(pc.match_substring_regex(values, "^[0-9]{1,18}$")).as_py():
            return None
        numbers = pc.cast(values, "int64").to_numpy()
    else:
        numbers = view.numbers(column.name) / (SECONDS_A_DAY if column.type is ColumnType.DATE else 1)
    return column.rows**2 / 2 / float(np.ptp(numbers) + 1)


def _may_be_key(column: ColumnProfile) -> bool:
    """Measurements are different by chance; long texts are descriptions."""
    short = column.lengths is None or column.lengths.mean <= 64
    return column.type not in (ColumnType.FLOAT, ColumnType.EMPTY) and short


def _pairs(view: View, columns: list[ColumnProfile]) -> Iterator[Suggestion]:
    found = 0
    for a, b in combinations(columns, 2):
        if found == MOST_PAIRS or a.distinct * b.distinct < view.rows:
            continue
        (left, _), (right, values) = view.coded(a.name), view.coded(b.name)
        if view.rows**2 / 2 * _alike(left) * _alike(right) < BY_CHANCE:
            continue
        if len(np.unique(left * len(values) + right)) == view.rows:
            found += 1
            spec = CheckSpec("unique_together", params={"columns": [a.name, b.name]})
            evidence = f"{a.name} with {b.name}: {of(view.rows, view.rows)} pairs occur once"
            yield Suggestion(spec, f"{a.name}\0{b.name}", evidence, view.rows, view.rows)


def _alike(codes: Codes) -> float:
    """How likely two rows have the same value."""
    known = codes[codes >= 0]
    return float(((np.bincount(known) / max(known.size, 1)) ** 2).sum())
