"""Kinds of values that were not seen yet, and break a rule that names those that were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

from dataops.engine.protocols import Limits
from dataops.engine.suggest.suggestion import leeway

RARE = 2
"""Of what occurs no more often than this there may be more kinds."""

SURPRISE = 10.0
"""Rows that the next kind would be expected to have: that it has none says that there is no next one."""


def goes_on(counts: Sequence[int]) -> bool:
    """Whether kinds thin out, as how often somebody called, or end, as grades from 1 to 5.

    ``counts`` of rows are in order. The next kind is expected as often as the last two tell.

    >>> goes_on([700, 200, 57]), goes_on([4, 60, 500]), goes_on([150, 180, 170])
    (False, False, False)
    >>> goes_on([700, 120, 20])
    True
    """
    return _next(counts) < SURPRISE


def leeway_for(counts: Collection[int], looked_at: int) -> Limits | None:
    """Limits for a rule that names every kind that was seen; None, not a row may break it, where all are
    frequent and the list ends."""
    ordered = sorted(counts, reverse=True)
    unseen = sum(count <= RARE for count in ordered)
    if len(ordered) > 1 and goes_on(ordered):
        unseen = max(unseen, ceil(_next(ordered)))
    return leeway(unseen, looked_at) if unseen else None


def _next(counts: Sequence[int]) -> float:
    """How many rows the next kind would have, going down by the same factor once more."""
    *_, before, last = counts
    return min(last, last * last / before)
