"""Exact chances of how pooled rows fall on two sides when nothing but luck divides them."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def log_choose(n: float, k: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural logarithm of the binomial coefficient n over k, elementwise; 0 <= k <= n."""
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), dtype=np.float64)


def hypergeometric(reference: int, current: int, marked: int) -> tuple[int, NDArray[np.float64]]:
    """Chances of the number of marked rows on the current side, and the smallest possible number.

    ``marked`` of the ``reference + current`` rows carry a mark; entry i of the array is the chance
    that ``smallest + i`` of them are current.

    >>> hypergeometric(2, 2, 2)[1].round(3).tolist()
    [0.167, 0.667, 0.167]
    """
    smallest, largest = max(0, marked - reference), min(marked, current)
    k = np.arange(smallest, largest + 1, dtype=np.float64)
    logs = log_choose(current, k) + log_choose(reference, marked - k)
    logs -= log_choose(reference + current, np.array([marked], dtype=np.float64))
    return smallest, np.exp(logs)


def at_least(seen: int, reference: int, current: int, marked: int) -> float:
    """Chance that ``seen`` or more of ``marked`` rows are current; with seen = marked, all of them.

    >>> round(at_least(3, 10, 10, 3), 4)        # C(10, 3) / C(20, 3)
    0.1053
    """
    smallest, chances = hypergeometric(reference, current, marked)
    return min(float(chances[max(seen - smallest, 0) :].sum()), 1.0)


def fisher(marked_reference: int, reference: int, marked_current: int, current: int) -> float:
    """Two-sided p-value of Fisher's exact test that a mark is equally frequent on both sides.

    The sum over all divisions no likelier than the one seen. Costs O(marked rows).
    Source: Fisher 1935; the tolerance for ties is R's.

    >>> round(fisher(1, 10, 9, 10), 6)
    0.001093
    """
    smallest, chances = hypergeometric(reference, current, marked_reference + marked_current)
    seen = chances[marked_current - smallest]
    return min(float(chances[chances <= seen * (1 + 1e-7)].sum()), 1.0)


def two_proportions(marked_reference: int, reference: int, marked_current: int, current: int) -> float:
    """Two-sided p-value of the two-proportion z-test with the pooled share.

    >>> round(two_proportions(50, 1000, 80, 1000), 5), two_proportions(0, 9, 0, 9)
    (0.00651, 1.0)
    """
    share = (marked_reference + marked_current) / (reference + current)
    variance = share * (1 - share) * (1 / reference + 1 / current)
    if not variance:
        return 1.0
    z = (marked_current / current - marked_reference / reference) / math.sqrt(variance)
    return math.erfc(abs(z) / math.sqrt(2))
