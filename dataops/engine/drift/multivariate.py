"""Drift of the table as a whole: columns that each look the same, but no longer go together as they did.

Both questions are asked of matrices of numbers, shape (n_rows, n_columns), a sample of each side with the
same columns in the same order; a few thousand rows a side are plenty.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from dataops.engine.drift.combine import cauchy

Floats = NDArray[np.float64]

Classifier = Callable[[Floats, NDArray[np.bool_], Floats], Floats]
"""Learns from rows and whether each is current; gives the rows asked about a score, higher for current."""

_SEED = 5
_KEPT_VARIANCE = 0.65


@dataclass(frozen=True, slots=True)
class Joint:
    """How well the two sides can be told apart, 0.5 (not at all) to 1, and the chance of that by luck."""

    auc: float
    p_value: float


def domain_classifier(reference: Floats, current: Floats, classifier: Classifier) -> Joint:
    """Whether a classifier can tell current rows from reference rows that it has not seen.

    Each half of the rows is scored by a classifier that learned from the other half. The area under the ROC
    curve is the mean of both halves; its p-value is one-sided, from the rank sums within the halves (Mann &
    Whitney 1947): labels of rows not learned from are exchangeable when nothing differs, whatever the
    classifier. Source: Friedman 2003; Lopez-Paz & Oquab 2017. Raises ValueError with fewer than 4 rows a
    side.
    """
    rows, is_current = _stacked(reference, current)
    halves = _halves(len(reference), len(current))
    found = []
    for tested in (halves, ~halves):
        scores = classifier(rows[~tested], is_current[~tested], rows[tested])
        found.append(_rank_sum(np.asarray(scores, dtype=np.float64), is_current[tested]))
    auc = sum(area for area, _ in found) / 2
    # Each half has taught the other, so the two are not independent; the Cauchy combination bears that.
    return Joint(max(auc, 0.5), cauchy([float(ndtr(-deviation)) for _, deviation in found]))


def reconstruction(reference: Floats, current: Floats) -> Joint:
    """Whether the main directions of the reference describe the current rows as well as other reference rows.

    Columns are standardised and rows of half the reference give the principal components that hold 65 % of
    the variance. The distances of the other half and of the current rows from what these components keep of
    them are compared by their ranks, two-sided. Missing values count as the mean. Cheap, and sees changed
    correlations of numbers; a change along the components it does not see. Source: Hotelling 1933; NannyML
    for the share kept. Raises ValueError with fewer than 4 rows a side.
    """
    _stacked(reference, current)
    learned = np.random.default_rng(_SEED).permutation(len(reference)) < len(reference) // 2
    base = reference[learned]
    with np.errstate(invalid="ignore"):
        middle, spread = _mean(base), _mean((base - _mean(base)) ** 2) ** 0.5
    spread[~(spread > 0)] = 1.0
    standard = (np.nan_to_num((rows - middle) / spread) for rows in (base, reference[~learned], current))
    first, others, now = standard
    _, sizes, directions = np.linalg.svd(first, full_matrices=False)
    share = np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-300)
    kept = directions[: int(np.searchsorted(share, _KEPT_VARIANCE)) + 1]
    errors = [np.linalg.norm(rows - rows @ kept.T @ kept, axis=1) for rows in (others, now)]
    is_current = np.arange(len(others) + len(now)) >= len(others)
    auc, z = _rank_sum(np.concatenate(errors), is_current)
    return Joint(max(auc, 1 - auc), float(2 * ndtr(-abs(z))))


def _stacked(reference: Floats, current: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    if reference.ndim != 2 or reference.shape[1:] != current.shape[1:]:
        raise ValueError(
            f"reference has shape {reference.shape}, current {current.shape}; give the same columns"
        )
    if min(len(reference), len(current)) < 4:
        raise ValueError(f"{len(reference)} reference and {len(current)} current rows; 4 of each are needed")
    return np.vstack([reference, current]), np.arange(len(reference) + len(current)) >= len(reference)


def _halves(reference: int, current: int) -> NDArray[np.bool_]:
    """Half the rows of each side, by lot but always the same."""
    chance = np.random.default_rng(_SEED)
    return np.concatenate([chance.permutation(side) < side // 2 for side in (reference, current)])


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    # Imported when it is needed: it takes as long as a third of everything else that starts with a process.
    from scipy.stats import rankdata

    ranks: Floats = rankdata(values)
    return ranks


def _rank_sum(scores: Floats, is_current: NDArray[np.bool_]) -> tuple[float, float]:
    """Area under the ROC curve, and its deviation from 0.5 in standard deviations, ties considered."""
    ranks, m = average_ranks(scores), int(np.count_nonzero(is_current))
    n = scores.size - m
    surplus = float(ranks[is_current].sum()) - m * (scores.size + 1) / 2
    # Ranks that tie vary less: the sum of some of them varies as those do that are there.
    spread = math.sqrt(n * m / scores.size * float(ranks.var(ddof=1)))
    return 0.5 + surplus / (n * m), surplus / spread if spread else 0.0


def _mean(values: Floats) -> Floats:
    """Mean of each column over what is there, 0 where nothing is."""
    there = np.isfinite(values)
    return np.asarray(np.where(there, values, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1))
