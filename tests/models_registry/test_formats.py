"""Artifacts hold no code, and are loaded only as they were deployed."""

import hashlib
import os
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models_registry import formats
from models_registry.formats import FORMATS
from models_registry.formats.base import BrokenArtifact, UnsafeArtifact
from models_registry.formats.signature import Feature, FeatureType, Signature

SIGNATURE = Signature((Feature("x", FeatureType.NUMBER),), ("no", "yes"))
X = pd.DataFrame({"x": np.arange(40.0)})
Y = np.where(X["x"] > 20, "yes", "no")


class Shell:
    """What an attacker would hide in a model."""

    def __init__(self, command):
        self.command = command


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
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_loaded_model_answers_as_the_one_that_was_dumped(tmp_path, estimator):
    estimator.fit(X, Y)
    path, sha256 = file_of(tmp_path, FORMATS["skops"].dump(estimator))

    answer = formats.load("skops", path, sha256, SIGNATURE).predict({"x": [1.0, 39.0]})

    assert answer.predictions == ["no", "yes"]
    expected = estimator.predict_proba(pd.DataFrame({"x": [1.0, 39.0]}))
    assert [row["yes"] for row in answer.probabilities] == pytest.approx(expected[:, 1])


def test_a_type_that_is_not_on_the_list_is_named_and_not_loaded(tmp_path):
    model = make_pipeline(FunctionTransformer(os.path.basename), LogisticRegression())
    path, sha256 = file_of(tmp_path, skops.io.dumps(model))

    with pytest.raises(UnsafeArtifact, match=r"posixpath\.basename"):
        formats.load("skops", path, sha256, SIGNATURE)


def test_a_class_of_the_callers_own_is_refused(tmp_path):
    model = LogisticRegression().fit(X, Y)
    model.extra = Shell("true")
    path, sha256 = file_of(tmp_path, skops.io.dumps(model))

    with pytest.raises(UnsafeArtifact, match="Shell"):
        formats.load("skops", path, sha256, SIGNATURE)


def test_an_artifact_changed_in_the_storage_is_not_loaded(tmp_path):
    content = FORMATS["skops"].dump(LogisticRegression().fit(X, Y))
    path, sha256 = file_of(tmp_path, content)
    path.write_bytes(content + b"more")

    with pytest.raises(BrokenArtifact, match="SHA-256"):
        formats.load("skops", path, sha256, SIGNATURE)


def test_an_artifact_gone_from_the_storage_says_so(tmp_path):
    with pytest.raises(BrokenArtifact, match="gone from the storage"):
        formats.load("skops", tmp_path / "nothing", "0" * 64, SIGNATURE)


@pytest.mark.parametrize("content", [b"", b"no zip", pickle.dumps({"a": 1})], ids=["empty", "text", "pickle"])
def test_what_is_no_skops_file_is_refused(tmp_path, content):
    path, sha256 = file_of(tmp_path, content)
    with pytest.raises(BrokenArtifact, match="cannot be read as a skops file"):
        formats.load("skops", path, sha256, SIGNATURE)


def test_a_zip_with_another_schema_is_refused(tmp_path):
    path = tmp_path / "artifact"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "{}")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    with pytest.raises(BrokenArtifact):
        formats.load("skops", path, sha256, SIGNATURE)


def test_loaded_models_are_kept_and_their_number_is_bounded(tmp_path):
    path, sha256 = file_of(tmp_path, FORMATS["skops"].dump(LogisticRegression().fit(X, Y)))

    assert formats.load("skops", path, sha256, SIGNATURE) is formats.load("skops", path, sha256, SIGNATURE)
    assert formats.load.cache_info().maxsize == 8


def test_an_unknown_format_names_the_known_ones(tmp_path):
    path, sha256 = file_of(tmp_path, b"x")
    with pytest.raises(LookupError, match="no artifact format 'pickle'; known: skops"):
        formats.load("pickle", path, sha256, SIGNATURE)
