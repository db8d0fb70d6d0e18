"""A fitted scikit-learn estimator behind the signature it was trained with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models_registry.formats.base import Answer, NoAnswer, by_chance
from models_registry.formats.signature import Column, FeatureType, Signature

_DTYPES = {
    FeatureType.NUMBER: "float64",
    FeatureType.INTEGER: "float64",  # a missing whole number is NaN
    FeatureType.TEXT: "object",
    FeatureType.BOOLEAN: "boolean",
}


class ScikitLearnModel:
    """Predicts on a data frame made from columns; it holds no state of a request."""

    def __init__(self, estimator: Any, signature: Signature) -> None:
        self.estimator = estimator
        self._signature = signature
        self._takes_frame = hasattr(estimator, "feature_names_in_") or not all(
            feature.type.is_numeric for feature in signature.features
        )

    def predict(self, columns: Mapping[str, Column]) -> Answer:
        rows = self._rows(columns)
        try:
            return self._answer(rows)
        except (ValueError, TypeError, OverflowError) as fault:  # "Input X contains NaN", and the like
            raise NoAnswer(f"the model cannot compute with these values ({_first_line(fault)})") from fault

    def _answer(self, rows: Any) -> Answer:
        labels = self._signature.classes
        if not labels:
            found = np.asarray(self.estimator.predict(rows), dtype=np.float64).reshape(len(rows), -1)
            return Answer(found[:, 0].tolist())
        if not hasattr(self.estimator, "predict_proba"):
            return Answer([str(label) for label in self.estimator.predict(rows)])
        names = [str(label) for label in self.estimator.classes_]
        chances = self.estimator.predict_proba(rows)[:, [names.index(label) for label in labels]]
        return by_chance(chances, labels)

    def _rows(self, columns: Mapping[str, Column]) -> Any:
        features = self._signature.features
        if not self._takes_frame:
            return np.array([columns[feature.name] for feature in features], dtype=np.float64).T
        return pd.DataFrame({f.name: pd.Series(columns[f.name], dtype=_DTYPES[f.type]) for f in features})


def _first_line(fault: Exception) -> str:
    return str(fault).strip().partition("\n")[0][:200]
