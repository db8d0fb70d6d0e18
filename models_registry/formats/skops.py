"""scikit-learn models in the skops format: types are audited against our own list before anything is built.

Unlike pickle the file holds no code. What it may name is decided here, on the server, never by the
file: a model that brings its own list of trusted types would vouch for itself.
"""

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from models_registry.formats.base import BrokenArtifact, Description, Predictor, UnsafeArtifact
from models_registry.formats.signature import Signature
from models_registry.formats.trees import check_trees
from models_registry.formats.zips import names_in_zip

REVIEWED: dict[str, frozenset[str]] = {
    "scikit-learn 1.9, skops 0.16": frozenset(
        {
            "sklearn.tree._tree.Tree",  # its indices are checked after loading, see trees.py
            "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",  # likewise
            "sklearn.utils._bunch.Bunch",
            "sklearn.calibration._CalibratedClassifier",
            "sklearn.calibration._SigmoidCalibration",
            "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
            "numpy.dtype",  # of an empty array, which numpy reads without pickle; every SimpleImputer has two
            "sklearn.compose._column_transformer.make_column_selector",
            "sklearn.feature_selection._univariate_selection.f_classif",
            "sklearn.model_selection._split.StratifiedKFold",
            "sklearn.metrics._scorer._PassthroughScorer",
        }
    ),
}
"""Types that were looked at with these versions and hold only data; others of a version are not trusted."""


class Skops:
    key = "skops"
    label = "scikit-learn (skops)"

    def dump(self, estimator: Any) -> bytes:
        import skops.io

        return bytes(skops.io.dumps(estimator))

    def recognises(self, path: Path) -> bool:
        return "schema.json" in names_in_zip(path)

    def describe(self, path: Path, allowed: frozenset[str]) -> Description:
        estimator = self.open(path, allowed)
        return Description(
            features=dict.fromkeys(_feature_names(estimator)),
            classes=tuple(str(label) for label in getattr(estimator, "classes_", ())),
            estimator=type(getattr(estimator, "steps", [("", estimator)])[-1][1]).__name__,
        )

    def audit(self, path: Path, allowed: frozenset[str]) -> list[str]:
        """The allowed types that the file names beyond what skops itself trusts: public estimators, numpy."""
        named = set(_named_types(path))
        if refused := sorted(named - allowed):
            raise UnsafeArtifact(
                f"The artifact holds types that are not on the allow-list: {', '.join(refused)}. "
                "Build the model from public scikit-learn estimators, or ask an administrator to allow them."
            )
        return sorted(named)

    def load(self, path: Path, signature: Signature, allowed: frozenset[str]) -> Predictor:
        from models_registry.formats.scikit_learn import ScikitLearnModel

        return ScikitLearnModel(self.open(path, allowed), signature)

    def open(self, path: Path, allowed: frozenset[str]) -> Any:
        """The fitted estimator of the file. Raises UnsafeArtifact or BrokenArtifact."""
        import skops.io

        trusted = self.audit(path, allowed)
        try:
            estimator = skops.io.load(path, trusted=trusted)
        except Exception as damage:  # whatever a damaged file makes a constructor do
            raise _broken(damage) from damage
        check_trees(estimator)
        return estimator

    def library_versions(self) -> dict[str, str]:
        libraries = {name: version(name) for name in ("scikit-learn", "skops", "numpy", "pandas")}
        return {"python": platform.python_version(), **libraries}


def installed() -> str:
    """The libraries whose types a list of allowed ones speaks of: "scikit-learn 1.9, skops 0.16"."""
    short = {name: ".".join(version(name).split(".")[:2]) for name in ("scikit-learn", "skops")}
    return ", ".join(f"{name} {number}" for name, number in short.items())


def reviewed() -> frozenset[str]:
    """The types allowed out of the box; none with libraries that nobody looked at."""
    return REVIEWED.get(installed(), frozenset())


def _feature_names(estimator: Any) -> list[str]:
    named = getattr(estimator, "feature_names_in_", None)
    if named is not None:
        return [str(name) for name in named]
    return [f"x{number}" for number in range(getattr(estimator, "n_features_in_", 0))]


def _named_types(path: Path) -> list[str]:
    import skops.io

    try:
        return list(skops.io.get_untrusted_types(file=path))
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError, RecursionError) as damage:
        raise _broken(damage) from damage


def _broken(damage: Exception) -> BrokenArtifact:
    return BrokenArtifact(
        f"The artifact cannot be read as a skops file ({damage}); save and deploy it again."
    )
