"""How far a profile that is no longer exact may be off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Margins:
    """The errors of one column's estimates; all 0 would be exact.

    ``rank``: what is called the 25th percentile lies between the percentiles 25 - 100 rank and
    25 + 100 rank; with sketches in 99 of 100 cases, without them always. Outliers are counted
    between fences from such percentiles.
    ``bins``: the share of all finite rows that may be counted in a neighbouring bin.
    ``distinct``: relative error of the distinct count: one standard error if it was estimated by
    sketches (two in three estimates are closer), the largest possible one otherwise.
    """

    rank: float = 0.0
    bins: float = 0.0
    distinct: float = 0.0
