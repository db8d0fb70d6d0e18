"""A conversion serves only when it was shown to answer the same, on rows chosen to tell it apart."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from models_registry.formats.base import NoAnswer, by_chance
from models_registry.formats.onnx import OnnxModel
from models_registry.formats.parity import compare, probing_rows, serving_form
from models_registry.formats.scikit_learn import ScikitLearnModel
from models_registry.formats.signature import Feature, FeatureType, Signature

chance = np.random.default_rng(3)
FRAME = pd.DataFrame(chance.normal(50, 20, (2_000, 4)), columns=["a", "b", "c", "d"])
SUM = FRAME["a"] + FRAME["b"] * FRAME["c"] / 50
LABEL = np.where(SUM.median() < SUM, "yes", "no")
FEATURES = tuple(
    Feature(name, FeatureType.NUMBER, minimum=float(FRAME[name].min()), maximum=float(FRAME[name].max()))
    for name in FRAME
)
CLASSES = Signature(FEATURES, ("no", "yes"))
NUMBERS = Signature(FEATURES)
ROWS = FRAME.to_dict("list")


def form_of(estimator, signature=CLASSES, rows=ROWS):
    estimator.fit(FRAME, LABEL if signature.classes else SUM)
    return serving_form(ScikitLearnModel(estimator, signature), signature, rows)


@pytest.mark.parametrize(
    ("estimator", "signature"),
    [
        (make_pipeline(StandardScaler(), LogisticRegression()), CLASSES),
        (RandomForestClassifier(20, random_state=0), CLASSES),
        (make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)), CLASSES),
        (Ridge(), NUMBERS),
        (RandomForestRegressor(10, random_state=0), NUMBERS),
        (GradientBoostingRegressor(n_estimators=20, random_state=0), NUMBERS),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_equal_conversion_serves(estimator, signature):
    form = form_of(estimator, signature)

    assert form.parity.holds
    assert form.parity.rows - form.parity.boundary_rows == 2_000
    odd = {name: [values[0], 0.0, 1e6] for name, values in ROWS.items()}
    original = ScikitLearnModel(estimator, signature)
    assert compare(original, OnnxModel(form.graph, signature), signature, odd).holds


def test_a_conversion_that_rounds_thresholds_does_not_serve():
    boosting = make_pipeline(StandardScaler(), HistGradientBoostingClassifier(random_state=0))
    form = form_of(boosting)

    assert form.graph is None
    assert "No ONNX form answers the same" in form.reason
    assert "32-bit, one matrix: differs by up to 0." in form.reason


def test_rows_are_made_on_both_sides_of_the_jumps_of_an_answer():
    tree = ScikitLearnModel(RandomForestClassifier(1, max_depth=1, random_state=0).fit(FRAME, LABEL), CLASSES)
    (threshold,) = {t for t in tree.estimator.estimators_[0].tree_.threshold if t != -2}

    rows = probing_rows(tree, CLASSES, ROWS)

    distances = [abs(value - threshold) for values in rows.values() for value in values]
    assert sum(distance < 1e-4 for distance in distances) > 50


def test_too_few_reference_rows_prove_nothing():
    form = form_of(Ridge(), NUMBERS, {name: values[:999] for name, values in ROWS.items()})
    assert (form.graph, form.reason) == (
        None, "To show that a conversion is equal takes 1,000 reference rows; there are 999.",
    )  # fmt: skip


def test_missing_text_is_left_to_the_original():
    town = Signature((*FEATURES, Feature("town", FeatureType.TEXT, required=False)), ("no", "yes"))
    encoder = ColumnTransformer([("town", OneHotEncoder(handle_unknown="ignore"), ["town"])])
    frame = FRAME.assign(town=["Ulm", None] * 1_000)
    estimator = make_pipeline(encoder, LogisticRegression()).fit(frame, LABEL)

    form = serving_form(ScikitLearnModel(estimator, town), town, frame.to_dict("list"))

    assert form.graph is None
    assert "missing text" in form.reason


def test_a_classifier_without_probabilities_answers_labels():
    svc = LinearSVC().fit(FRAME, LABEL)

    answer = ScikitLearnModel(svc, CLASSES).predict(ROWS)

    assert answer.predictions == list(svc.predict(FRAME))
    assert answer.probabilities is None


def test_a_tie_goes_to_the_first_class_whoever_computes_it():
    tied = by_chance(np.array([[0.49999997, 0.50000003], [0.5, 0.5], [0.49, 0.51]]), ("no", "yes"))
    assert tied.predictions == ["no", "no", "yes"]


def test_chances_that_rounding_carried_past_the_ends_are_put_back_and_scores_are_none():
    told = by_chance(np.array([[-1e-7, 1.0000001]]), ("no", "yes"))
    assert told.probabilities == [{"no": 0.0, "yes": 1.0}]
    for wrong in (1.5, np.nan):
        with pytest.raises(NoAnswer, match="not numbers from 0 to 1"):
            by_chance(np.array([[0.0, wrong]]), ("no", "yes"))
