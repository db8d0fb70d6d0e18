"""scikit-learn estimators as ONNX graphs; whether one really answers the same is for ``parity`` to find."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from models_registry.formats.onnx import CLASSES_KEY
from models_registry.formats.signature import FeatureType, Signature


@dataclass(frozen=True, slots=True)
class Layout:
    """How the features go in: each by its name or all in one matrix, in doubles or single floats."""

    by_name: bool
    double: bool

    def __str__(self) -> str:
        return f"{64 if self.double else 32}-bit, {'by name' if self.by_name else 'one matrix'}"


def layouts(estimator: Any, signature: Signature) -> Iterator[Layout]:
    """The layouts worth trying, the most exact of those that can work first."""
    selects = any(type(step).__name__ == "ColumnTransformer" for _, step in getattr(estimator, "steps", ()))
    only_named = any(feature.type == FeatureType.TEXT for feature in signature.features)
    for double in (True, False):
        for by_name in (True,) if only_named else (selects, not selects):
            yield Layout(by_name, double)


def convert(estimator: Any, signature: Signature, layout: Layout) -> bytes:
    """The graph of a fitted estimator; raises whatever the converter does for what it cannot convert."""
    from skl2onnx import convert_sklearn

    has_chances = hasattr(estimator, "predict_proba")
    converted = _rounding_as_trees_do(estimator) if layout.double else estimator
    graph = convert_sklearn(
        converted,
        initial_types=_inputs(signature, layout),
        options={id(converted): {"zipmap": False}} if has_chances else None,
    )
    if signature.classes:
        entry = graph.metadata_props.add()
        labels = [str(label) for label in estimator.classes_] if has_chances else []
        entry.key, entry.value = CLASSES_KEY, json.dumps(labels)
    return bytes(graph.SerializeToString())


def _rounding_as_trees_do(estimator: Any) -> Any:
    """The estimator with a rounding to 32 bits before its trees, which scikit-learn does inside of them."""
    from skl2onnx.sklapi import CastTransformer
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline

    *before, (name, last) = getattr(estimator, "steps", [("model", estimator)])
    if not isinstance(last, BaseEstimator) or not _has_trees(last):
        return estimator
    return Pipeline([*before, ("round", CastTransformer(dtype=np.float32)), (name, last)])


def _has_trees(estimator: Any) -> bool:
    return any(
        hasattr(part, "tree_") for part in (estimator, *np.ravel(getattr(estimator, "estimators_", [])))
    )


def _inputs(signature: Signature, layout: Layout) -> list[tuple[str, Any]]:
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

    number: Callable[..., Any] = DoubleTensorType if layout.double else FloatTensorType
    if not layout.by_name:
        return [("features", number([None, len(signature.features)]))]
    return [
        (f.name, StringTensorType([None, 1]) if f.type == FeatureType.TEXT else number([None, 1]))
        for f in signature.features
    ]
