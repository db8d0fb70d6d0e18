"""A column of two profiles on few enough bins to draw one over the other."""

from typing import Any

import numpy as np

from dataops.engine.profile import ColumnProfile, Histogram

BINS = 24
CATEGORIES = 20
VALUES = 32
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
TAIL = 0.01  # of the reference beyond each end is drawn as one bin

Distribution = dict[str, list[Any]]


def distribution(reference: ColumnProfile, current: ColumnProfile | None) -> Distribution | None:
    """``{"edges", "reference", "current"}``: n + 1 numbers or n names, and n counts of each side.

    None when there is nothing to draw. ``current`` must be profiled like the reference.
    """
    if current is None:
        return None
    if reference.histogram is not None and not _has_few_values(reference):
        return _numeric(reference, current)
    return _by_value(reference, current) if reference.frequent.values else None


def quantiles(reference: ColumnProfile | None, current: ColumnProfile | None) -> list[dict[str, float]]:
    """``{"level", "reference", "current"}`` of numeric columns, lowest level first; empty for others."""
    if reference is None or current is None or not reference.type.is_numeric:
        return []
    before, after = reference.quantiles, current.quantiles
    if before is None or after is None:
        return []
    return [{"level": level, "reference": before.at(level), "current": after.at(level)} for level in LEVELS]


def _has_few_values(column: ColumnProfile) -> bool:
    """Whether a bar a value says more than bins do: hours of a day, numbers of rooms."""
    return column.frequent.complete and len(column.frequent.values) <= VALUES and column.type.is_numeric


def _numeric(reference: ColumnProfile, current: ColumnProfile) -> Distribution | None:
    before, after = reference.histogram, current.histogram
    if before is None or reference.quantiles is None:
        return None
    after = after or Histogram(before.edges, (0,) * len(before.counts))
    edges = np.asarray(before.edges)
    low, high = reference.quantiles.at(TAIL), reference.quantiles.at(1 - TAIL)
    wanted = np.searchsorted(edges, np.linspace(low, high, BINS - 1))
    kept = np.unique(np.clip([0, *wanted, edges.size - 1], 0, edges.size - 1))
    if kept.size < 2:
        return _constant(before, after)
    shown = [*edges[kept].tolist()]
    # What lies beyond the reference is drawn in bins of its own, so that nothing is hidden.
    below = (
        [shown[0] if current.minimum is None else float(current.minimum)]
        if after.below or before.below
        else []
    )
    above = (
        [shown[-1] if current.maximum is None else float(current.maximum)]
        if after.above or before.above
        else []
    )
    return {
        "edges": [*below, *shown, *above],
        "reference": [*[before.below] * len(below), *_joined(before, kept), *[before.above] * len(above)],
        "current": [*[after.below] * len(below), *_joined(after, kept), *[after.above] * len(above)],
    }


def _joined(histogram: Histogram, kept: np.ndarray) -> list[int]:
    counts = np.asarray(histogram.counts, dtype=np.int64)
    return np.add.reduceat(counts, kept[:-1]).tolist()


def _constant(before: Histogram, after: Histogram) -> Distribution:
    return {
        "edges": ["below", f"{before.edges[0]:g}", "above"],
        "reference": [0, before.total, 0],
        "current": [after.below, sum(after.counts), after.above],
    }


def _by_value(reference: ColumnProfile, current: ColumnProfile) -> Distribution:
    after = dict(current.frequent.values)
    shown = list(reference.frequent.values[:CATEGORIES])
    if _has_few_values(reference):
        shown = sorted(reference.frequent.values, key=lambda found: float(found[0]))
    names = [name for name, _ in shown]
    counts = {"reference": [count for _, count in shown], "current": [after.get(name, 0) for name in names]}
    rest_before = reference.frequent.total - sum(counts["reference"])
    rest_after = current.frequent.total - sum(counts["current"])
    if rest_before or rest_after:
        names.append("all others")
        counts["reference"].append(rest_before)
        counts["current"].append(rest_after)
    return {"edges": names, **counts}
