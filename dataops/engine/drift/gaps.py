"""How far apart two cumulative distributions are, cell by cell; rows count as spread evenly inside a cell."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.counts import Counts, CountsLike, shares
from dataops.engine.profile import ColumnProfile


def edge_gaps(reference: CountsLike, current: CountsLike) -> Counts:
    """Cumulative share of the current side less that of the reference, at the n_cells + 1 edges.

    Raises ValueError when the lengths differ or a side has no rows.

    >>> edge_gaps([50, 50], [90, 10]).round(3).tolist()
    [0.0, 0.4, 0.0]
    """
    before, after = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if before.shape != after.shape:
        raise ValueError(
            f"reference has {before.size} cells, current has {after.size}; count both on the same"
        )
    if not before.sum() or not after.sum():
        raise ValueError(f"the {'current' if before.sum() else 'reference'} side has no rows")
    gaps = np.concatenate([[0.0], np.cumsum(shares(after) - shares(before))])
    gaps[-1] = 0.0
    return gaps


def mean_absolute(gaps: Counts) -> Counts:
    """Mean of |gap| inside each cell, where the gap is a straight line; shape (n_cells,).

    >>> mean_absolute(np.array([0.0, 0.4, -0.4])).round(3).tolist()
    [0.2, 0.2]
    """
    a, b = np.abs(gaps[:-1]), np.abs(gaps[1:])
    total = a + b
    # A line that crosses zero leaves two triangles: (a² + b²) / (a + b) is twice their mean height.
    crossing = (gaps[:-1] * gaps[1:] < 0) & (total > 0)
    return np.asarray(np.where(crossing, (a**2 + b**2) / np.where(total > 0, total, 1.0), total) / 2)


def mean_squared(gaps: Counts) -> Counts:
    """Mean of the squared gap inside each cell, shape (n_cells,).

    >>> mean_squared(np.array([0.0, 0.3, 0.3])).round(3).tolist()
    [0.03, 0.09]
    """
    left, right = gaps[:-1], gaps[1:]
    return np.asarray((left**2 + left * right + right**2) / 3)


def widths_of(
    edges: Sequence[float] | NDArray[np.float64], reference: CountsLike, current: CountsLike
) -> Counts:
    """Widths of the cells, shape (n_cells,); ValueError when they are not as many as the counts."""
    widths = np.diff(np.asarray(edges, dtype=np.float64))
    if not widths.size == len(reference) == len(current):
        raise ValueError(
            f"{widths.size} bins, but {len(reference)} reference and {len(current)} current counts"
        )
    return widths


def outer_edges(reference: ColumnProfile, current: ColumnProfile) -> NDArray[np.float64]:
    """The reference's edges, widened to the smallest and largest value of the current window."""
    assert reference.histogram is not None  # noqa: S101 - histogram_cells returned cells
    edges = np.asarray(reference.histogram.edges, dtype=np.float64)
    found = [float(end) for end in (current.minimum, current.maximum) if isinstance(end, int | float)]
    ends = np.array([*found, edges[0], edges[-1]])
    return np.concatenate([[ends.min()], edges, [ends.max()]])
