"""scikit-learn models in the skops format: types are audited against our own list before anything is built.

Unlike pickle the file holds no code. What it may name is decided here, on the server, never by the
file: a model that brings its own list of trusted types would vouch for itself.
"""

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from models_registry.formats.base import BrokenArtifact, Predictor, UnsafeArtifact
from models_registry.formats.signature import Signature

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

        from models_registry.formats.scikit_learn import ScikitLearnModel

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
