"""Every metric equals scikit-learn's, and none is invented where the data does not define it."""

import math

import numpy as np
import pytest
from sklearn import metrics as sk

from dataops.engine.performance import classification, regression


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def random_probabilities(rng, rows, classes):
    raw = rng.random((rows, classes)) ** 2
    return raw / raw.sum(axis=1, keepdims=True)


def test_two_classes_agree_with_scikit_learn(rng):
    actual = rng.choice(["no", "yes"], size=500, p=[0.7, 0.3])
    probabilities = random_probabilities(rng, 500, 2).round(2)  # rounded, so that scores tie
    predicted = np.where(probabilities[:, 1] > 0.4, "yes", "no")

    found = classification(actual, predicted, probabilities, ["no", "yes"])

    assert found == pytest.approx(
        {
            "accuracy": sk.accuracy_score(actual, predicted),
            "balanced_accuracy": sk.balanced_accuracy_score(actual, predicted),
            "precision_macro": sk.precision_score(actual, predicted, average="macro"),
            "recall_macro": sk.recall_score(actual, predicted, average="macro"),
            "f1_macro": sk.f1_score(actual, predicted, average="macro"),
            "precision_weighted": sk.precision_score(actual, predicted, average="weighted"),
            "recall_weighted": sk.recall_score(actual, predicted, average="weighted"),
            "f1_weighted": sk.f1_score(actual, predicted, average="weighted"),
            "precision": sk.precision_score(actual, predicted, pos_label="yes"),
            "recall": sk.recall_score(actual, predicted, pos_label="yes"),
            "f1": sk.f1_score(actual, predicted, pos_label="yes"),
            "log_loss": sk.log_loss(actual == "yes", probabilities[:, 1]),
            "brier": sk.brier_score_loss(actual == "yes", probabilities[:, 1]),
            "roc_auc": sk.roc_auc_score(actual == "yes", probabilities[:, 1]),
            "pr_auc": sk.average_precision_score(actual == "yes", probabilities[:, 1]),
        }
    )


def test_many_classes_agree_with_scikit_learn(rng):
    actual = rng.integers(0, 4, size=600)
    probabilities = random_probabilities(rng, 600, 4)
    predicted = probabilities.argmax(axis=1)

    found = classification(actual, predicted, probabilities, [0, 1, 2, 3])

    assert found == pytest.approx(
        {
            "accuracy": sk.accuracy_score(actual, predicted),
            "balanced_accuracy": sk.balanced_accuracy_score(actual, predicted),
            "precision_macro": sk.precision_score(actual, predicted, average="macro"),
            "recall_macro": sk.recall_score(actual, predicted, average="macro"),
            "f1_macro": sk.f1_score(actual, predicted, average="macro"),
            "precision_weighted": sk.precision_score(actual, predicted, average="weighted"),
            "recall_weighted": sk.recall_score(actual, predicted, average="weighted"),
            "f1_weighted": sk.f1_score(actual, predicted, average="weighted"),
            "log_loss": sk.log_loss(actual, probabilities),
            "brier": float(((probabilities - np.eye(4)[actual]) ** 2).sum(axis=1).mean()),
            "roc_auc": sk.roc_auc_score(actual, probabilities, multi_class="ovr"),
            "pr_auc": sk.average_precision_score(np.eye(4)[actual], probabilities),
        }
    )


def test_one_column_of_probabilities_is_the_second_class(rng):
    actual, score = rng.integers(0, 2, size=50), rng.random(50)
    predicted = (score > 0.5).astype(int)

    one = classification(actual, predicted, score, [0, 1])
    two = classification(actual, predicted, np.column_stack([1 - score, score]), [0, 1])

    assert one == pytest.approx(two)


def test_a_class_never_predicted_has_precision_zero():
    found = classification(["a", "b", "b"], ["a", "a", "a"])

    assert found["precision"] == 0
    assert found["recall"] == 0
    assert found["f1"] == 0


def test_equal_labels_of_different_number_types_are_one_class():
    assert classification([1, 0, 1], np.array([1.0, 0.0, 1.0]))["accuracy"] == 1


def test_roc_auc_is_left_out_when_only_one_class_occurred():
    found = classification([1, 1], [1, 0], [0.9, 0.2], [0, 1])

    assert "roc_auc" not in found
    assert found["log_loss"] == pytest.approx(-(math.log(0.9) + math.log(0.2)) / 2)


def test_a_label_the_model_does_not_know_counts_as_probability_zero():
    found = classification(["new", "yes"], ["yes", "yes"], [[0.1, 0.9], [0.1, 0.9]], ["no", "yes"])

    assert found["accuracy"] == 0.5
    assert math.isfinite(found["log_loss"])
    assert found["log_loss"] > 10


def test_regression_agrees_with_scikit_learn(rng):
    actual = rng.normal(100, 20, size=400)
    predicted = actual + rng.normal(3, 5, size=400)

    assert regression(actual, predicted) == pytest.approx(
        {
            "mae": sk.mean_absolute_error(actual, predicted),
            "rmse": sk.root_mean_squared_error(actual, predicted),
            "mse": sk.mean_squared_error(actual, predicted),
            "median_absolute_error": sk.median_absolute_error(actual, predicted),
            "max_error": sk.max_error(actual, predicted),
            "bias": predicted.mean() - actual.mean(),
            "r2": sk.r2_score(actual, predicted),
            "mape": sk.mean_absolute_percentage_error(actual, predicted),
            "smape": np.mean(2 * abs(predicted - actual) / (abs(predicted) + abs(actual))),
        }
    )


def test_relative_errors_of_nothing_are_not_made_up():
    found = regression([0.0, 10.0], [0.0, 11.0])

    assert "mape" not in found
    assert found["smape"] == pytest.approx(1 / 10.5 / 2)


def test_r2_is_left_out_when_the_truth_never_varies():
    assert "r2" not in regression([5.0, 5.0], [4.0, 6.0])


@pytest.mark.parametrize("measure", [classification, regression])
def test_no_rows_is_refused(measure):
    with pytest.raises(ValueError, match="no rows"):
        measure([], [])


@pytest.mark.parametrize("measure", [classification, regression])
def test_unequal_lengths_are_refused(measure):
    with pytest.raises(ValueError, match="one of each per row"):
        measure([1, 2], [1])


def test_numbers_that_are_not_finite_are_refused_with_their_row():
    with pytest.raises(ValueError, match="row 1"):
        regression([1.0, math.nan], [1.0, 2.0])


@pytest.mark.parametrize(
    ("probabilities", "classes", "problem"),
    [
        ([[0.5, 0.5]], [0, 1], "shape"),
        ([0.5, 1.5], [0, 1], "from 0 to 1"),
        ([0.5, math.nan], [0, 1], "from 0 to 1"),
        ([0.5, 0.5], None, "need classes"),
    ],
)
def test_probabilities_that_do_not_fit_are_refused(probabilities, classes, problem):
    with pytest.raises(ValueError, match=problem):
        classification([0, 1], [0, 1], probabilities, classes)
