"""scikit-learn models in the skops format: types are audited against our own list before anything is built.

Unlike pickle the file holds no code. What it may name is decided here, on the server, never by the
file: a model that brings its own list of trusted types would vouch for itself.
"""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from models_registry.formats.base import Answer, BrokenArtifact, Predictor, UnsafeArtifact
from models_registry.formats.signature import FeatureType, Signature

ALLOWED_TYPES = frozenset(
    {
        # Node tables of trees. Their indices are not checked on use, so a forged table could crash the
        # process: they are allowed because only artifacts trained by this product, known by their hash,
        # are ever loaded.
        "sklearn.tree._tree.Tree",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    }
)
"""Allowed beyond what skops itself trusts (the public estimators of scikit-learn, numpy and plain values)."""

_DTYPES = {
    FeatureType.NUMBER: "float64",
    FeatureType.INTEGER: "float64",  # a missing whole number is NaN
    FeatureType.TEXT: "object",
    FeatureType.BOOLEAN: "boolean",
}


class Skops:
    key = "skops"
    label = "scikit-learn (skops)"

    def dump(self, estimator: Any) -> bytes:
        import skops.io

        return bytes(skops.io.dumps(estimator))

    def audit(self, path: Path) -> None:
        found = self._untrusted_types(path)
        if refused := sorted(set(found) - ALLOWED_TYPES):
            raise UnsafeArtifact(
                f"The artifact holds types that are not on the allow-list: {', '.join(refused)}. "
                "Build the model from public scikit-learn estimators."
            )

    def load(self, path: Path, signature: Signature) -> Predictor:
        import skops.io

        self.audit(path)
        return ScikitLearnModel(skops.io.load(path, trusted=sorted(ALLOWED_TYPES)), signature)

    def library_versions(self) -> dict[str, str]:
        libraries = {name: version(name) for name in ("scikit-learn", "skops", "numpy", "pandas")}
        return {"python": platform.python_version(), **libraries}

    def _untrusted_types(self, path: Path) -> list[str]:
        import skops.io

        try:
            return list(skops.io.get_untrusted_types(file=path))
        except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as damage:
            raise BrokenArtifact(
                f"The artifact cannot be read as a skops file ({damage}); deploy the model again."
            ) from damage


class ScikitLearnModel:
    """A fitted estimator behind the signature it was trained with."""

    def __init__(self, estimator: Any, signature: Signature) -> None:
        self._estimator = estimator
        self._signature = signature

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> Answer:
        import pandas as pd

        frame = pd.DataFrame(
            {f.name: pd.Series(columns[f.name], dtype=_DTYPES[f.type]) for f in self._signature.features}
        )
        if not self._signature.classes:
            return Answer([float(value) for value in self._estimator.predict(frame)])
        chances = self._estimator.predict_proba(frame)
        labels = [str(label) for label in self._estimator.classes_]
        best = chances.argmax(axis=1)
        return Answer(
            predictions=[labels[column] for column in best],
            probabilities=[dict(zip(labels, row, strict=True)) for row in chances.tolist()],
        )
