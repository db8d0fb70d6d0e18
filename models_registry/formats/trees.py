"""Node tables of trees, checked before anything walks through them.

The compiled code of scikit-learn follows the indices in a tree without looking: a forged table would
make it read beyond the table, or never end.
"""

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np

from models_registry.formats.base import UnsafeArtifact

LEAF = -1


def check_trees(estimator: Any) -> None:
    """Every child stands after its parent and inside the table, every feature exists.

    Raises UnsafeArtifact.
    """
    for tree, width in _found(estimator):
        holds = _is_sound(tree, width) if type(tree).__name__ == "Tree" else _is_sound_predictor(tree, width)
        if not holds:
            raise UnsafeArtifact(
                "The artifact holds a tree whose nodes point outside of it; it was not loaded."
            )


def _is_sound(tree: Any, width: int) -> bool:
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    inner = left != LEAF
    return _are_inside(left, right, inner) and _exist(np.asarray(tree.feature)[inner], width)


def _is_sound_predictor(tree: Any, width: int) -> bool:
    nodes = tree.nodes
    inner = ~nodes["is_leaf"].astype(bool)
    left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
    sets = nodes["bitset_idx"][inner & nodes["is_categorical"].astype(bool)].astype(np.int64)
    tables = (tree.binned_left_cat_bitsets, tree.raw_left_cat_bitsets)
    return (
        _are_inside(left, right, inner)
        and _exist(nodes["feature_idx"][inner], width)
        and all(table.shape[1:] == (8,) and _exist(sets, len(table)) for table in tables)
    )


def _are_inside(left: np.ndarray, right: np.ndarray, inner: np.ndarray) -> bool:
    own = np.arange(len(left))[inner]
    return all(
        bool(((children[inner] > own) & (children[inner] < len(left))).all()) for children in (left, right)
    )


def _exist(indices: np.ndarray, count: int) -> bool:
    return bool(((indices >= 0) & (indices < count)).all())


def _found(estimator: Any) -> Iterator[tuple[Any, int]]:
    """Trees anywhere below an estimator, with the number of columns that reach them.

    That is what the estimator above them holds its rows to; a tree's own count is not compared with it.
    """
    seen: set[tuple[int, int]] = set()
    left: list[tuple[Any, int]] = [(estimator, 0)]
    while left:
        each, width = left.pop()
        if isinstance(each, type | str | bytes | int | float) or (id(each), width) in seen:
            continue
        seen.add((id(each), width))
        if type(each).__name__ in ("Tree", "TreePredictor"):
            yield each, width
        elif isinstance(each, np.ndarray):
            left += [(item, width) for item in each.ravel().tolist()] if each.dtype == object else []
        elif type(each).__module__.partition(".")[0] in ("sklearn", "builtins"):
            own = vars(each).get("n_features_in_", width) if hasattr(each, "__dict__") else width
            left += [(item, own) for item in gc.get_referents(each)]
