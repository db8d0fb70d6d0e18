"""Columns that decide others: the postcode the city, the product the price.

Exact ones, and those that all but a few rows keep. A dependency is proposed only where chance would
have broken it: among rows that share the determinant, an independent column would differ often.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dataops.engine.checks import CheckSpec, Limits
from dataops.engine.profile import ColumnProfile
from dataops.engine.suggest.suggestion import Suggestion, leeway, of
from dataops.engine.suggest.view import FEWEST, Codes, View

MOST_COLUMNS = 40
MOST_PAIRED = 12
MOST_FOUND = 80
BROKEN = 0.005
"""Share of rows that may break an approximate dependency."""

BY_CHANCE = 15.0
"""Rows that would have to break it if the columns had nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How one grouping of rows decides the values of another column.

    ``rows`` have both; ``minority`` do not have the most frequent value of their group; ``chances``
    are the rows that repeat a group, each of which could break the dependency.
    """

    rows: int
    groups: int
    minority: int

    @property
    def chances(self) -> int:
        return self.rows - self.groups


def decide(groups: Codes, values: Codes) -> Grouping:
    """How ``groups`` decide ``values``; codes of shape (rows,), negative for none.

    >>> decide(np.array([0, 0, 0, 1]), np.array([5, 5, 6, 6]))
    Grouping(rows=4, groups=2, minority=1)
    """
    both = (groups >= 0) & (values >= 0)
    g, v = groups[both], values[both]
    if not g.size:
        return Grouping(0, 0, 0)
    pairs, counts = np.unique(g * (v.max() + 1) + v, return_counts=True)
    group = pairs // (v.max() + 1)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    usual = np.maximum.reduceat(counts, starts)
    return Grouping(int(g.size), len(starts), int(g.size - usual.sum()))


def propose(view: View) -> Iterator[Suggestion]:
    """Determinants of one column, then of two for what no single one decides; at most 80."""
    columns = [c for c in view.columns if c.distinct > 1 and c.present >= FEWEST][:MOST_COLUMNS]
    # A column that is different in every row decides everything, and says nothing.
    deciding = [c for c in columns if c.distinct < 0.95 * c.present]
    decided: set[str] = set()
    found = 0
    for right in columns:
        for left in deciding:
            if left is not right and found < MOST_FOUND:
                for suggestion in _judge(view, (left,), right):
                    found += 1
                    decided.add(right.name)
                    yield suggestion
    few = [c for c in deciding if c.distinct > 1][:MOST_PAIRED]
    for right in columns:
        if right.name in decided:
            continue
        for a, b in combinations(few, 2):
            if right not in (a, b) and found < MOST_FOUND:
                for suggestion in _judge(view, (a, b), right):
                    found += 1
                    yield suggestion


def _judge(view: View, left: tuple[ColumnProfile, ...], right: ColumnProfile) -> Iterator[Suggestion]:
    values, _ = view.coded(right.name)
    grouping = decide(_codes(view, left), values)
    if grouping.minority > BROKEN * grouping.rows or grouping.rows < FEWEST:
        return
    counts = np.bincount(values[values >= 0])
    different = 1 - float(((counts / counts.sum()) ** 2).sum())
    if grouping.chances * different < BY_CHANCE + 20 * grouping.minority:
        return
    names = [column.name for column in left]
    params = {"determinant": names, "dependent": right.name}
    spec = CheckSpec("functional_dependency", params=params, limits=_limits(view, grouping))
    kept = grouping.rows - grouping.minority
    verb = "decides" if len(names) == 1 else "decide"
    evidence = f"{' and '.join(names)} {verb} {right.name}: {of(kept, grouping.rows)}"
    yield Suggestion(spec, "\0".join([*names, right.name]), evidence, grouping.rows, kept)


def _limits(view: View, grouping: Grouping) -> Limits | None:
    """No row may break what all rows keep; else as many as may be by what was seen.

    A bound on the share of rows that repeat a group, not of all rows: the more rows there are, the more
    of them repeat one, and only those can break it.
    """
    if not grouping.minority and view.rows == view.profile.rows:
        return None
    return leeway(grouping.minority, grouping.chances)


def _codes(view: View, left: tuple[ColumnProfile, ...]) -> Codes:
    codes, _ = view.coded(left[0].name)
    for column in left[1:]:
        more, values = view.coded(column.name)
        codes = np.where((codes >= 0) & (more >= 0), codes * max(len(values), 1) + more, -1)
    return codes
