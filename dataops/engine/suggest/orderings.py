"""Pairs of columns of which one is never above the other: begin and end, net and gross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View

MOST_COLUMNS = 25
BY_CHANCE = 20.0
"""Rows that would have to break it if the columns had nothing to do with each other."""


def propose(view: View) -> Iterator[Suggestion]:
    """Columns whose ranges do not overlap keep an order too, but that is told by their ranges."""
    columns = [c for c in view.columns if c.distinct > 2]
    numeric = [c.name for c in columns if c.type.is_numeric]
    temporal = [c.name for c in columns if c.type.is_temporal]
    for names in (numeric[:MOST_COLUMNS], temporal[:MOST_COLUMNS]):
        numbers = {name: view.numbers(name) for name in names}
        for left, right in permutations(names, 2):
            a, b = numbers[left], numbers[right]
            both = np.isfinite(a) & np.isfinite(b)
            a, b = a[both], b[both]
            if a.size < FEWEST or (a > b).any() or (a == b).all():
                continue
            # Of all pairs of an a and a b, those in the wrong order.
            wrong = 1 - np.searchsorted(np.sort(a), b, side="right").mean() / a.size
            if wrong * a.size < BY_CHANCE:
                continue
            params = {"left": left, "operator": "<=", "right": right}
            evidence = f"{left} is at most {right}: {of(a.size, a.size)}"
            spec = CheckSpec("compare_columns", params=params)
            yield Suggestion(spec, f"{left}\0{right}", evidence, a.size, a.size)
