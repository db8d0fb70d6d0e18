"""Arithmetic on two rows of counts over the same cells; nothing here knows of profiles."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
CountsLike = Sequence[int] | Sequence[float] | NDArray[np.float64] | NDArray[np.int64]


def paired(reference: CountsLike, current: CountsLike) -> tuple[Counts, Counts]:
    """Both sides as float arrays of shape (n_cells,), cells that are empty on both sides dropped.

    Raises ValueError when the lengths differ or a side has no rows.

    >>> paired([3, 0, 1], [2, 0, 0])
    (array([3., 1.]), array([2., 0.]))
    """
    before, after = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if before.shape != after.shape:
        raise ValueError(
            f"reference has {before.size} cells, current has {after.size}; count both on the same"
        )
    if not before.sum() or not after.sum():
        raise ValueError(f"the {'current' if before.sum() else 'reference'} side has no rows")
    used = (before + after) > 0
    return before[used], after[used]


def shares(counts: Counts) -> Counts:
    """Counts as fractions of their total, shape (n_cells,)."""
    return np.asarray(counts / counts.sum())


def total_variation(reference: CountsLike, current: CountsLike) -> float:
    """Share of rows that would have to change cell to make the sides agree, 0..1.

    >>> total_variation([50, 50], [90, 10])
    0.4
    """
    before, after = paired(reference, current)
    return float(np.abs(shares(before) - shares(after)).sum() / 2)


def total_variation_noise(reference: CountsLike, current: CountsLike) -> float:
    """Total variation that two samples of one population of these sizes show on average.

    A cell of share s differs by a normal amount of variance s(1 - s)(1/n + 1/m), whose mean
    absolute value is sqrt(2 variance / pi).

    >>> round(total_variation_noise([500, 500], [500, 500]), 4)
    0.0178
    """
    before, after = paired(reference, current)
    share = (before + after) / (before.sum() + after.sum())
    variance = share * (1 - share) * (1 / before.sum() + 1 / after.sum())
    return float(np.sqrt(2 * variance / np.pi).sum() / 2)


def quantile_groups(reference: CountsLike, groups: int) -> NDArray[np.intp]:
    """Which of ``groups`` equal parts of the reference each cell belongs to, shape (n_cells,).

    Cells stay in order and are never split, so a cell that holds more than one part's rows is
    a group of its own and fewer groups than asked for are used.

    >>> quantile_groups([10, 10, 10, 10], 2)
    array([0, 0, 1, 1])
    """
    counts = np.asarray(reference, dtype=np.float64)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.minimum(np.asarray(middle * groups, dtype=np.intp), groups - 1)


def grouped(counts: CountsLike, groups: NDArray[np.intp]) -> Counts:
    """Counts summed by group, shape (largest group + 1,).

    >>> grouped([1, 2, 3], np.array([0, 1, 1]))
    array([1., 5.])
    """
    return np.asarray(np.bincount(groups, weights=np.asarray(counts)), dtype=np.float64)


def pool_rare(reference: CountsLike, current: CountsLike, *, expected: float = 5.0) -> tuple[Counts, Counts]:
    """Cells with fewer than ``expected`` rows expected on the smaller side, put together into one.

    Which cells are rare depends on the two sides' sum alone, so pooling does not favour either.
    Should the pool still be too small it joins the smallest of the other cells.

    >>> pool_rare([90, 4, 6], [95, 1, 4])
    (array([90., 10.]), array([95.,  5.]))
    """
    before, after = paired(reference, current)
    total = before + after
    smaller_share = min(before.sum(), after.sum()) / total.sum()
    order = np.argsort(-total, kind="stable")
    before, after, total = before[order], after[order], total[order]
    kept = int(np.count_nonzero(total * smaller_share >= expected))
    if kept < total.size and total[kept:].sum() * smaller_share < expected:
        kept = max(kept - 1, 0)
    if kept == total.size:
        return before, after
    return np.append(before[:kept], before[kept:].sum()), np.append(after[:kept], after[kept:].sum())
