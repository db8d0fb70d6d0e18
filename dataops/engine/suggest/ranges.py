"""Between which numbers the values of a column lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor, isfinite, log10
from sys import float_info

import numpy as np

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, Floats, View
from dataops.engine.types import ColumnType

REACH = 3.0
LARGEST = float_info.max
TAIL = 100
"""Of an exponential tail one dataset in so many has a value farther beyond the largest than that is beyond
the so many-th largest."""


def propose(view: View) -> Iterator[Suggestion]:
    """What was seen and what the tails still promise, at least three interquartile ranges beyond the
    quartiles; never below 0 if nothing was."""
    for column in view.columns:
        q, low, high = column.quantiles, column.minimum, column.maximum
        if not column.type.is_numeric or q is None or column.finite < FEWEST:
            continue
        if not isinstance(low, int | float) or not isinstance(high, int | float) or low == high:
            continue
        if column.type is ColumnType.INTEGER and column.distinct == column.rows:
            continue  # Numbers that only name their rows go on rising.
        spread = REACH * (q.at(0.75) - q.at(0.25))
        values = view.numbers(column.name)
        most = max(min(q.at(0.75) + spread, LARGEST), _beyond(high, values))
        least = min(max(q.at(0.25) - spread, -LARGEST), -_beyond(-low, -values))
        if low >= 0:
            least = max(least, 0)
        whole = column.type is ColumnType.INTEGER
        params = {
            "minimum": _text(_rounded(least, floor), whole=whole),
            "maximum": _text(_rounded(most, ceil), whole=whole),
        }
        evidence = f"{column.name}: {of(column.finite, column.present)} from {low:,} to {high:,}"
        yield Suggestion(
            CheckSpec("value_range", column=column.name, params=params),
            "",
            evidence,
            column.valid,
            column.finite,
        )


def _beyond(largest: float, values: Floats) -> float:
    """As far, or as many times, beyond the largest value as that is beyond the hundredth largest.

    Times are right for tails like a power and next to the same for thin ones; they need numbers above 0.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:  # of the rows that are looked at
        return largest
    place = finite.size - min(TAIL, finite.size // 2)
    inner = float(np.partition(finite, place)[place])
    most = largest * (largest / inner) if inner > 0 else 2 * largest - inner
    return max(largest, most) if isfinite(most) else largest


def _rounded(value: float, away: Callable[[float], int]) -> float:
    """Three digits are enough of a bound that is a guess.

    >>> _rounded(4181.28, ceil), _rounded(-0.123456, floor), _rounded(0, floor)
    (4190.0, -0.124, 0.0)
    """
    step = 10.0 ** (floor(log10(abs(value))) - 2) if value and isfinite(value) else 1.0
    if not step or not isfinite(value):  # next to 0, or beyond all numbers
        return value
    rounded = float(f"{away(round(value / step, 9)) * step:.12g}")
    return rounded if isfinite(rounded) else value


def _text(value: float, *, whole: bool) -> str:
    return str(round(value)) if whole else repr(float(value))
