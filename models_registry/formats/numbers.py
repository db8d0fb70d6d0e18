"""Numeric features looked at together: a few steps over one array, however many features and rows."""

import math
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from models_registry.formats.signature import Column, Feature, FeatureType

LARGEST_NUMBER = 1e150  # its square is still a number, as the statistics over it need
LARGEST_INTEGER = 2**53  # beyond it a JSON number is not exact in a float


class Numbers:
    """The numeric ones of ``features``, side by side in arrays of the shape (features, rows)."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = [feature for feature in features if feature.type.is_numeric]
        self.names = tuple(feature.name for feature in self._features)
        is_whole = [feature.type == FeatureType.INTEGER for feature in self._features]
        self._whole = np.flatnonzero(is_whole)
        self._most = _upright(LARGEST_INTEGER if whole else LARGEST_NUMBER for whole in is_whole)
        self._low = _upright(_or(feature.minimum, -math.inf) for feature in self._features)
        self._high = _upright(_or(feature.maximum, math.inf) for feature in self._features)

    def read(self, columns: Sequence[Column]) -> np.ndarray | None:
        """The values of each feature as floats; None when one may not be as its feature promises."""
        are_arrays = all(type(column) is np.ndarray for column in columns)
        if not are_arrays and not set(map(type, chain.from_iterable(columns))) <= {int, float}:
            return None
        try:
            array = np.array(columns, dtype=np.float64)
        except OverflowError:
            return None
        if not (np.abs(array) <= self._most).all():  # NaN is not
            return None
        whole = array[self._whole]
        return array if (whole == np.trunc(whole)).all() else None

    def columns(self, array: np.ndarray) -> dict[str, Column]:
        """By feature; whole numbers as such, so that 5 and 5.0 are one answer."""
        found: dict[str, Column] = dict(zip(self.names, array, strict=True))
        for place in self._whole.tolist():
            found[self.names[place]] = array[place].astype(np.int64)
        return found

    def beyond(self, array: np.ndarray) -> dict[str, list[int]]:
        """Rows that are outside of what training saw, by feature; those without any are left out."""
        outside = (array < self._low) | (array > self._high)
        if not outside.any():
            return {}
        rows = zip(self.names, outside, strict=True)
        return {name: np.flatnonzero(found).tolist() for name, found in rows if found.any()}


def _upright(values: Iterable[float]) -> np.ndarray:
    return np.array(list(values), dtype=np.float64).reshape(-1, 1)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
