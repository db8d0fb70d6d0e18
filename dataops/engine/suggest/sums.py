"""Columns that are the sum of two others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from sqlglot import exp

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View

MOST_COLUMNS = 15
TOLERANCE = 0.005
"""Half a cent: sums of rounded numbers."""


def propose(view: View) -> Iterator[Suggestion]:
    names = [c.name for c in view.columns if c.type.is_numeric and c.distinct > 2][:MOST_COLUMNS]
    numbers = {name: view.numbers(name) for name in names}
    for total in names:
        for a, b in combinations([name for name in names if name != total], 2):
            parts = numbers[a], numbers[b], numbers[total]
            there = np.isfinite(parts).all(axis=0)
            off = np.abs(parts[0] + parts[1] - parts[2])[there]
            if off.size < FEWEST or off.max() > TOLERANCE or np.abs(parts[2][there]).max() < 1:
                continue
            left, right, whole = (exp.column(name, quoted=True).sql("duckdb") for name in (a, b, total))
            condition = f"abs({left} + {right} - {whole}) <= {TOLERANCE}"
            evidence = f"{a} + {b} = {total}: {of(off.size, off.size)}"
            spec = CheckSpec("expression", params={"condition": condition})
            yield Suggestion(spec, f"{a}\0{b}\0{total}", evidence, off.size, off.size)
