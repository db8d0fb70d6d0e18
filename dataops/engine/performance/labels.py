"""Labels as positions, and probabilities as a table, of the classes that a model knows."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Labels = Sequence[Hashable] | NDArray[Any]


def positions(given: Labels | None, *seen: Labels) -> dict[Hashable, int]:
    """Position of every class: the given ones in their order, then others that were seen, sorted.

    >>> positions(["yes", "no"], ["maybe", "no"])
    {'yes': 0, 'no': 1, 'maybe': 2}
    """
    ordered = list(dict.fromkeys(_plain(given))) if given is not None else []
    unknown = {label for labels in seen for label in _plain(labels)} - set(ordered)
    try:
        others = sorted(unknown)  # type: ignore[type-var]
    except TypeError:
        others = sorted(unknown, key=str)
    return {label: position for position, label in enumerate([*ordered, *others])}


def codes(labels: Labels, known: dict[Hashable, int]) -> Codes:
    """The position of each label, shape (n_rows,)."""
    return np.array([known[label] for label in _plain(labels)], dtype=np.intp)


def probability_table(probabilities: ArrayLike, rows: int, classes: int) -> Floats:
    """Probabilities by row and class, shape (rows, classes), from that or from those of the second of two.

    Raises ValueError for another shape or anything outside 0..1.
    """
    table = np.asarray(probabilities, dtype=np.float64)
    if table.ndim == 1 and classes == 2:
        table = np.column_stack([1 - table, table])
    if table.shape != (rows, classes):
        raise ValueError(
            f"probabilities have shape {table.shape}, expected {(rows, classes)}: rows by classes"
        )
    if not ((table >= 0) & (table <= 1)).all():
        raise ValueError("probabilities must be numbers from 0 to 1")
    return table


def _plain(labels: Labels) -> list[Hashable]:
    """Python values, so that 1, np.int64(1) and 1.0 are one class."""
    return (
        list(labels.tolist()) if isinstance(labels, np.ndarray) else [_unwrapped(label) for label in labels]
    )


def _unwrapped(label: Hashable) -> Hashable:
    return label.item() if isinstance(label, np.generic) else label
