"""Which value goes with which, where one column decides another and both hold few values.

A dependency alone tells that two rows contradict each other; the mapping tells which of them is wrong,
and knows it even when most rows of a new file are.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlglot import exp

from dataops.engine.checks import CheckSpec
from dataops.engine.profile import ColumnProfile
from dataops.engine.suggest.dependencies import BY_CHANCE, decide
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import View
from dataops.engine.types import ColumnType

# Every one is tried with every other: three thousand would take minutes.
MOST_COLUMNS = 60
MOST_KEYS = 250
ROWS_A_KEY = 4.0
LONGEST = 15_000
MOST_FOUND = 20


def propose(view: View) -> Iterator[Suggestion]:
    """Among the first columns of few texts; values of keys that were not seen are not judged."""
    few = [c for c in view.columns if c.type is ColumnType.TEXT and 1 < c.distinct <= MOST_KEYS]
    texts = few[:MOST_COLUMNS]
    found = 0
    for left in texts:
        if left.present < ROWS_A_KEY * left.distinct:
            continue
        for right in texts:
            if right is left or found == MOST_FOUND:
                continue
            for suggestion in _judge(view, left, right):
                found += 1
                yield suggestion


def _judge(view: View, left: ColumnProfile, right: ColumnProfile) -> Iterator[Suggestion]:
    (groups, _), (values, _) = view.coded(left.name), view.coded(right.name)
    grouping = decide(groups, values)
    counts = np.bincount(values[values >= 0])
    different = 1 - float(((counts / counts.sum()) ** 2).sum())
    if grouping.minority or grouping.chances * different < BY_CHANCE:
        return
    condition = _condition(view, left.name, right.name)
    if len(condition) > LONGEST:
        return
    evidence = f"{left.name}: each of {grouping.groups:,} values has its {right.name}, "
    evidence += f"in {of(grouping.rows, grouping.rows)}"
    spec = CheckSpec("expression", params={"condition": condition})
    yield Suggestion(spec, f"{left.name}\0{right.name}", evidence, grouping.rows, grouping.rows)


def _condition(view: View, left: str, right: str) -> str:
    """CASE left WHEN key THEN right = value ... ELSE TRUE END."""
    (groups, keys), (values, names) = view.coded(left), view.coded(right)
    both = (groups >= 0) & (values >= 0)
    known, at = np.unique(groups[both], return_index=True)
    goes_with = values[both][at]
    pairs = sorted(
        (keys[int(g)].as_py(), names[int(v)].as_py()) for g, v in zip(known, goes_with, strict=True)
    )
    case = exp.Case(this=exp.column(left, quoted=True))
    for key, value in pairs:
        same = exp.column(right, quoted=True).eq(exp.Literal.string(value))
        case.append("ifs", exp.If(this=exp.Literal.string(key), true=same))
    case.set("default", exp.true())
    return case.sql("duckdb")
