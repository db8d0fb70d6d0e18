"""A second model that learns how wrong a first one is: the loss models of DLE, see ``dataops.engine``.

It lives as long as the job that asks it, and is never stored.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models_registry.formats.signature import Feature, FeatureType, Signature

MOST_CATEGORIES = 200
SEED = 5
FOLDS = 3

Floats = NDArray[np.float64]


class LossModel:
    """Expected absolute and squared error of a row, from its features and what was predicted for it."""

    def __init__(self, signature: Signature, columns: Mapping[str, Sequence[Any]]) -> None:
        self._features = signature.features
        self._codes = {f.name: _codes(columns[f.name]) for f in self._features if f.type == FeatureType.TEXT}

    def fit(self, columns: Mapping[str, Sequence[Any]], predictions: Floats, error: Floats) -> Self:
        """``predictions`` and ``error`` (predicted less actual) have the shape (n_rows,)."""
        rows = self._rows(columns, predictions)
        self._absolute, self._squared = self._fitted(rows, np.abs(error)), self._fitted(rows, error**2)
        return self

    def expect(self, columns: Mapping[str, Sequence[Any]], predictions: Floats) -> tuple[Floats, Floats]:
        """Absolute and squared error to be expected of each row."""
        rows = self._rows(columns, predictions)
        return self._absolute.predict(rows), self._squared.predict(rows)

    def expect_unseen(
        self, columns: Mapping[str, Sequence[Any]], predictions: Floats, error: Floats
    ) -> tuple[Floats, Floats]:
        """The same of rows it may know, each asked of a model that was fitted without it."""
        rows = self._rows(columns, predictions)
        order = np.random.default_rng(SEED).permutation(error.size)
        found = np.empty(error.size), np.empty(error.size)
        for part in np.array_split(order, FOLDS):
            rest = np.setdiff1d(order, part)
            for expected, loss in zip(found, (np.abs(error), error**2), strict=True):
                expected[part] = self._fitted(rows[rest], loss[rest]).predict(rows[part])
        return found

    def _fitted(self, rows: Floats, loss: Floats) -> Any:
        from sklearn.ensemble import HistGradientBoostingRegressor

        texts = [feature.name in self._codes for feature in self._features]
        model = HistGradientBoostingRegressor(
            max_iter=100, max_leaf_nodes=31, categorical_features=[*texts, False], random_state=SEED
        )
        return model.fit(rows, loss)

    def _rows(self, columns: Mapping[str, Sequence[Any]], predictions: Floats) -> Floats:
        return np.column_stack([*(self._column(f, columns[f.name]) for f in self._features), predictions])

    def _column(self, feature: Feature, values: Sequence[Any]) -> Floats:
        if (codes := self._codes.get(feature.name)) is not None:
            return np.array([codes.get(value, np.nan) for value in values], dtype=np.float64)
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _codes(values: Sequence[Any]) -> dict[Any, float]:
    """A number for each of the most frequent texts; all others are missing, as boosting takes them."""
    names, counts = np.unique([value for value in values if value is not None], return_counts=True)
    frequent = names[np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]]
    return {str(name): float(position) for position, name in enumerate(frequent)}
