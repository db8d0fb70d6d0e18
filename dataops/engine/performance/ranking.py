"""How well a score puts positive rows before the others; rows may be positive in part."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def roc_auc(positive: Floats, score: Floats) -> float | None:
    """Chance that a positive row scores higher than a negative one, ties counting half, 0..1.

    ``positive`` is how much of each row is positive, 0..1, shape (n_rows,): 0 or 1 where the truth is known,
    the chance of it where it is estimated. None when one side is empty. Source: Mann & Whitney 1947.
    """
    hits, misses = _by_score(positive, score)
    total = float(hits.sum()), float(misses.sum())
    if total[0] <= 0 or total[1] <= 0:
        return None
    worse = misses.sum() - np.cumsum(misses) + misses / 2
    return float((hits * worse).sum() / (total[0] * total[1]))


def average_precision(positive: Floats, score: Floats) -> float | None:
    """Area under the precision-recall curve as a sum of steps, 0..1; None when no row is positive.

    Precision at each score times the recall gained there, as scikit-learn has it; ``positive`` as above.
    """
    hits, misses = _by_score(positive, score)
    total = float(hits.sum())
    if total <= 0:
        return None
    found = np.cumsum(hits)
    precision = found / (found + np.cumsum(misses))
    return float((precision * hits).sum() / total)


def _by_score(positive: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Positive and negative mass of each different score, highest first."""
    levels, inverse = np.unique(score, return_inverse=True)
    hits, misses = np.zeros(levels.size), np.zeros(levels.size)
    np.add.at(hits, inverse, positive)
    np.add.at(misses, inverse, 1.0 - positive)
    return hits[::-1], misses[::-1]
