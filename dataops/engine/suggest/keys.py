"""Columns, and pairs of columns, that tell every row from all others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from dataops.engine.checks import CheckSpec
from dataops.engine.profile import ColumnProfile
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import View
from dataops.engine.types import ColumnType

MOST_COLUMNS = 20
MOST_PAIRS = 3


def propose(view: View) -> Iterator[Suggestion]:
    full = [c for c in view.columns if not c.missing and not c.invalid and _may_be_key(c)]
    single = [column for column in full if column.distinct == column.rows]
    for column in single:
        evidence = f"{column.name}: {of(column.distinct, column.rows)} values occur once"
        spec = CheckSpec("unique", column=column.name)
        yield Suggestion(spec, "", evidence, column.rows, column.distinct)
    if not single:
        yield from _pairs(view, [column for column in full if column.distinct > 1][:MOST_COLUMNS])


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
        if len(np.unique(left * len(values) + right)) == view.rows:
            found += 1
            spec = CheckSpec("unique_together", params={"columns": [a.name, b.name]})
            evidence = f"{a.name} with {b.name}: {of(view.rows, view.rows)} pairs occur once"
            yield Suggestion(spec, f"{a.name}\0{b.name}", evidence, view.rows, view.rows)
