"""One metric over many draws of rows at once: a draw is how often each row was taken.

``weights`` has the shape (n_draws, n_rows) throughout, as ``draws`` makes them; any columns of it are the
draws of those rows.
"""

import numpy as np
from numpy.typing import NDArray

from dataops.engine.performance.intervals import REPEATS

Floats = NDArray[np.float64]

_SEED = 20


def draws(rows: int, *, repeats: int = REPEATS) -> Floats:
    """How often each of ``rows`` rows is taken when as many are drawn anew; the same draws each time."""
    chance = np.random.default_rng(_SEED)
    taken = (np.bincount(chance.integers(0, rows, rows), minlength=rows) for _ in range(repeats))
    return np.array(list(taken), dtype=np.float64)


def drawn_means(values: Floats, weights: Floats) -> Floats:
    """Mean of each draw, shape (n_draws,); NaN of one without any row."""
    with np.errstate(invalid="ignore"):
        return np.asarray(weights @ values / weights.sum(axis=1))


def drawn_auc(positive: NDArray[np.bool_], score: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve of each draw, shape (n_draws,); NaN of one without both kinds of rows.

    ``positive`` and ``score`` have the shape (n_rows,). Ties count half, as in ``roc_auc``.
    """
    order = np.argsort(score)
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf))
    by_level = [
        np.add.reduceat(weights[:, order] * side[order], starts, axis=1) for side in (positive, ~positive)
    ]
    hits, misses = by_level
    below = np.cumsum(misses, axis=1) - misses / 2
    with np.errstate(invalid="ignore"):
        return np.asarray((hits * below).sum(axis=1) / (hits.sum(axis=1) * misses.sum(axis=1)))


def drawn_interval(value: float, found: Floats, *, level: float = 0.95) -> tuple[float, float] | None:
    """Percentile interval around ``value`` (Efron 1979); None when some draw leaves the metric undefined."""
    if not np.isfinite(found).all():
        return None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(min(low, value)), float(max(high, value))
