"""Artifacts hold no code, and are loaded only as they were deployed."""

import hashlib
import os
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models_registry import formats
from models_registry.formats import FORMATS
from models_registry.formats import skops as skops_format
from models_registry.formats.base import BrokenArtifact, UnsafeArtifact
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.formats.skops import reviewed
from models_registry.formats.trees import check_trees

SIGNATURE = Signature((Feature("x", FeatureType.NUMBER),), ("no", "yes"))
X = pd.DataFrame({"x": np.arange(40.0)})
Y = np.where(X["x"] > 20, "yes", "no")


class Shell:
    """What an attacker would hide in a model."""

    def __init__(self, command):
        self.command = command


def load(path, sha256, key="skops", signature=SIGNATURE):
    return formats.load(key, path, sha256, signature, reviewed())


def file_of(tmp_path, content: bytes):
    path = tmp_path / "artifact"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        RandomForestClassifier(3, random_state=0),
        HistGradientBoostingClassifier(max_iter=3),
        GridSearchCV(
            make_pipeline(
                make_column_transformer((SimpleImputer(), make_column_selector(dtype_include="number"))),
                SelectKBest(k=1),
                LogisticRegression(),
            ),
            {"logisticregression__C": [0.1, 1]},
        ),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_loaded_model_answers_as_the_one_that_was_dumped(tmp_path, estimator):
    estimator.fit(X, Y)
    path, sha256 = file_of(tmp_path, FORMATS["skops"].dump(estimator))

    answer = load(path, sha256).predict({"x": [1.0, 39.0]})

    assert answer.predictions == ["no", "yes"]
    expected = estimator.predict_proba(pd.DataFrame({"x": [1.0, 39.0]}))
    assert [row["yes"] for row in answer.probabilities] == pytest.approx(expected[:, 1])


def test_a_type_that_is_not_on_the_list_is_named_and_not_loaded(tmp_path):
    model = make_pipeline(FunctionTransformer(os.path.basename), LogisticRegression())
    path, sha256 = file_of(tmp_path, skops.io.dumps(model))

    with pytest.raises(UnsafeArtifact, match=r"posixpath\.basename"):
        load(path, sha256)


def test_a_class_of_the_callers_own_is_refused(tmp_path):
    model = LogisticRegression().fit(X, Y)
    model.extra = Shell("true")
    path, sha256 = file_of(tmp_path, skops.io.dumps(model))

    with pytest.raises(UnsafeArtifact, match="Shell"):
        load(path, sha256)


def test_an_artifact_changed_in_the_storage_is_not_loaded(tmp_path):
    content = FORMATS["skops"].dump(LogisticRegression().fit(X, Y))
    path, sha256 = file_of(tmp_path, content)
    path.write_bytes(content + b"more")

    with pytest.raises(BrokenArtifact, match="SHA-256"):
        load(path, sha256)


def test_an_artifact_gone_from_the_storage_says_so(tmp_path):
    with pytest.raises(BrokenArtifact, match="gone from the storage"):
        load(tmp_path / "nothing", "0" * 64)


@pytest.mark.parametrize("content", [b"", b"no zip", pickle.dumps({"a": 1})], ids=["empty", "text", "pickle"])
def test_what_is_no_skops_file_is_refused(tmp_path, content):
    path, sha256 = file_of(tmp_path, content)
    with pytest.raises(BrokenArtifact, match="cannot be read as a skops file"):
        load(path, sha256)


def test_a_zip_with_another_schema_is_refused(tmp_path):
    path = tmp_path / "artifact"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "{}")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    with pytest.raises(BrokenArtifact):
        load(path, sha256)


def test_an_unknown_format_names_the_known_ones(tmp_path):
    path, sha256 = file_of(tmp_path, b"x")
    with pytest.raises(LookupError, match="no artifact format 'pickle'; known: onnx, skops"):
        load(path, sha256, key="pickle")


@pytest.mark.parametrize(
    ("field", "value"), [("left_child", 10_000), ("right_child", 0), ("feature", 3), ("feature", -5)]
)
def test_a_forged_tree_is_refused_before_anything_walks_through_it(field, value):
    forest = RandomForestClassifier(2, random_state=0).fit(X, Y)
    tree = forest.estimators_[1].tree_
    state = tree.__getstate__()
    state["nodes"][field][0] = value
    tree.__setstate__(state)

    with pytest.raises(UnsafeArtifact, match="point outside"):
        check_trees(make_pipeline(StandardScaler().fit(X), forest))


def test_types_of_libraries_nobody_reviewed_are_not_trusted(monkeypatch, tmp_path):
    path, sha256 = file_of(tmp_path, FORMATS["skops"].dump(RandomForestClassifier(2).fit(X, Y)))
    monkeypatch.setattr(skops_format, "installed", lambda: "scikit-learn 2.0, skops 0.16")

    with pytest.raises(UnsafeArtifact, match=r"sklearn\.tree\._tree\.Tree"):
        load(path, sha256)
