"""A fitted scikit-learn estimator behind the signature it was trained with."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from models_registry.formats.base import Answer
from models_registry.formats.signature import FeatureType, Signature

_DTYPES = {
    FeatureType.NUMBER: "float64",
    FeatureType.INTEGER: "float64",  # a missing whole number is NaN
    FeatureType.TEXT: "object",
    FeatureType.BOOLEAN: "boolean",
}


class ScikitLearnModel:
    """Predicts on a data frame made from columns; it holds no state of a request."""

    def __init__(self, estimator: Any, signature: Signature) -> None:
        self._estimator = estimator
        self._signature = signature

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> Answer:
        frame = pd.DataFrame(
            {f.name: pd.Series(columns[f.name], dtype=_DTYPES[f.type]) for f in self._signature.features}
        )
        if not self._signature.classes:
            return Answer([float(value) for value in self._estimator.predict(frame)])
        found = [str(label) for label in self._estimator.classes_]
        order = [found.index(label) for label in self._signature.classes]
        chances = self._estimator.predict_proba(frame)[:, order]
        labels = self._signature.classes
        return Answer(
            predictions=[labels[best] for best in chances.argmax(axis=1)],
            probabilities=[dict(zip(labels, row, strict=True)) for row in chances.tolist()],
        )
