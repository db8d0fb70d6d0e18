"""From many p-values to one per column, and from one per column to decisions that hold per run."""

import math
from collections.abc import Sequence

_SMALLEST = 1e-300  # keeps the tangent finite; far below anything a decision depends on


def cauchy(p_values: Sequence[float]) -> float:
    """One p-value for "any of these differs", whatever the dependence between them.

    Each p becomes tan((0.5 - p) pi), a Cauchy variable; the mean of Cauchy variables is Cauchy
    again, nearly so even when they depend on each other. Components with p = 1 saw nothing to
    test and are left out, and the rest are clipped at .99: the tangent of a p near 1 is a huge
    negative number that would drown any evidence in the others. 1.0 when none is left.
    Source: Liu & Xie 2020.

    >>> round(cauchy([0.01, 0.5]), 4), cauchy([1.0, 1.0])
    (0.02, 1.0)
    """
    informative = [p for p in p_values if p < 1.0]
    if not informative:
        return 1.0
    mean = sum(_cauchy_variable(min(p, 0.99)) for p in informative) / len(informative)
    # Beyond this the arc tangent is out of digits; 1 / (x pi) is its tail.
    return 1 / (mean * math.pi) if mean > 1e8 else 0.5 - math.atan(mean) / math.pi


def _cauchy_variable(p: float) -> float:
    return 1 / (max(p, _SMALLEST) * math.pi) if p < 1e-9 else math.tan((0.5 - p) * math.pi)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the given order; those <= q are the discoveries at level q.

    When no column differs, the chance of even one discovery in the run is at most q.
    Source: Benjamini & Hochberg 1995.

    >>> benjamini_hochberg([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    count, adjusted, smallest = len(p_values), [1.0] * len(p_values), 1.0
    falling = sorted(range(count), key=lambda i: p_values[i], reverse=True)
    for rank, i in zip(range(count, 0, -1), falling, strict=True):
        smallest = min(smallest, p_values[i] * count / rank)
        adjusted[i] = smallest
    return adjusted
