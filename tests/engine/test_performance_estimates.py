"""Estimates before the truth is known, and how sure a measurement is."""

import itertools

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.isotonic import IsotonicRegression

from dataops.engine.performance import (
    Calibration,
    Confusion,
    bootstrap,
    calibration_curve,
    classification,
    estimated_classification,
    estimated_regression,
    lift,
    regression,
)


@pytest.fixture
def rng():
    return np.random.default_rng(31)


def drawn(rng, table):
    """A truth for each row, drawn by its probabilities: what calibrated means."""
    return (rng.random((len(table), 1)) > np.cumsum(table, axis=1)).sum(axis=1)


@pytest.mark.parametrize("classes", [2, 4])
def test_the_estimate_of_calibrated_probabilities_is_the_mean_of_what_happens(rng, classes):
    table = rng.dirichlet(np.full(classes, 0.7), size=2000)
    predicted = table.argmax(axis=1)
    happened = [classification(drawn(rng, table), predicted, table, range(classes)) for _ in range(60)]

    estimated = estimated_classification(predicted, table, range(classes))

    assert estimated.keys() == happened[0].keys()
    for name, value in estimated.items():
        assert value == pytest.approx(np.mean([found[name] for found in happened]), abs=0.006), name


def test_where_the_truth_is_certain_estimate_and_measurement_are_the_same(rng):
    truth, predicted = rng.integers(0, 3, size=(2, 300))
    table = np.eye(3)[truth]
    estimated = estimated_classification(predicted, table, range(3))
    measured = classification(truth, predicted, table, range(3))

    assert estimated == pytest.approx(measured)


def overconfident(probability):
    odds = (probability / (1 - probability)) ** 2
    return odds / (1 + odds)


def test_probabilities_that_are_too_sure_are_calibrated_first(rng):
    honest = rng.beta(2, 2, size=(2, 8000))
    truth = (rng.random(honest.shape) < honest).astype(float)
    said = overconfident(honest)
    learned = Calibration.of(truth[0], said[0])

    measured = classification(truth[1], said[1] > 0.5, said[1], [0, 1])
    estimated = estimated_classification(
        (said[1] > 0.5).astype(int), said[1], [0, 1], [Calibration(), learned]
    )
    naive = estimated_classification((said[1] > 0.5).astype(int), said[1], [0, 1])

    for name in ("accuracy", "roc_auc", "f1", "log_loss", "brier"):
        assert estimated[name] == pytest.approx(measured[name], rel=0.02), name
    assert naive["accuracy"] > measured["accuracy"] + 0.05


def test_the_calibration_is_the_isotonic_regression_of_scikit_learn(rng):
    said = overconfident(rng.beta(2, 2, 4000)).round(2)
    truth = (rng.random(4000) < 0.2 + 0.6 * said).astype(float)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(said, truth)
    asked = np.linspace(0, 1, 333)

    assert Calibration.of(truth, said)(asked) == pytest.approx(theirs.predict(asked), abs=1e-9)


def test_probabilities_that_are_calibrated_already_stay_as_they_are(rng):
    said = rng.beta(2, 2, 3000)
    truth = (rng.random(3000) < said).astype(float)

    assert Calibration.of(truth, said).said == ()


@pytest.mark.parametrize(
    ("truth", "said"), [([1.0], [0.3]), ([1.0, 0.0], [0.5, 0.5]), ([1.0] * 9, [0.1] * 9)]
)
def test_a_calibration_of_hardly_any_rows_keeps_to_probabilities(truth, said):
    learned = Calibration.of(np.array(truth), np.array(said))

    assert all(0 <= p <= 1 for p in learned(np.array([0.0, 0.4, 1.0])))


def test_calibrations_must_be_one_a_class():
    with pytest.raises(ValueError, match="1 calibrations for 2 classes"):
        estimated_classification([0, 1], [0.1, 0.9], [0, 1], [Calibration()])


def test_expected_errors_give_the_metrics_of_the_errors(rng):
    actual, predicted = rng.normal(size=(2, 500))
    measured = regression(actual, predicted)

    estimated = estimated_regression(np.abs(actual - predicted), (actual - predicted) ** 2)

    assert estimated == pytest.approx({name: measured[name] for name in ("mae", "mse", "rmse")})


def test_confusion_by_class_agrees_with_scikit_learn(rng):
    actual, predicted = rng.integers(0, 3, size=(2, 400))
    theirs = sk.precision_recall_fscore_support(actual, predicted)
    found = Confusion.of(actual, predicted)

    assert found.counts.tolist() == sk.confusion_matrix(actual, predicted).tolist()
    for i, name in enumerate(("precision", "recall", "f1", "support")):
        assert [row[name] for row in found.by_class()] == pytest.approx(theirs[i])


def test_costs_that_do_not_fit_the_classes_are_refused():
    with pytest.raises(ValueError, match=r"expected \(2, 2\)"):
        Confusion.of(["a", "b"], ["b", "b"]).cost(np.zeros((3, 3)))


def test_a_calibrated_score_lies_on_the_diagonal_and_a_shifted_one_beside_it(rng):
    honest = rng.random(50_000)
    truth = (rng.random(50_000) < honest).astype(float)

    assert calibration_curve(truth, honest).error < 0.02
    assert calibration_curve(truth, np.clip(honest + 0.1, 0, 1)).error == pytest.approx(0.1, abs=0.02)
    assert sum(calibration_curve(truth, honest).rows) == 50_000


def test_lift_of_a_useless_score_is_one_and_of_a_perfect_one_the_most_there_is(rng):
    truth = (rng.random(2000) < 0.25).astype(float)

    assert lift(truth, np.ones(2000)) == pytest.approx(1.0)
    assert lift(truth, truth) == pytest.approx(1 / truth.mean())
    assert lift(np.zeros(3), np.ones(3)) is None


@pytest.mark.parametrize("rows", [400, 40_000])
def test_nineteen_of_twenty_intervals_hold_the_true_value(rng, rows):
    """Also where only a part of the rows is drawn."""
    held = []
    for _ in range(100):
        values = rng.exponential(size=rows)
        found = bootstrap(lambda at, values=values: {"mean": float(values[at].mean())}, rows)
        held.append(found["mean"][0] <= 1.0 <= found["mean"][1])

    assert 0.88 <= np.mean(held) <= 1.0


def test_the_interval_narrows_with_the_root_of_the_rows(rng):
    values = rng.normal(size=90_000)
    widths = [
        np.diff(bootstrap(lambda at: {"mean": float(values[at].mean())}, rows)["mean"])[0]
        for rows in (1000, 9000, 81_000)
    ]

    for wide, narrow in itertools.pairwise(widths):
        assert wide / narrow == pytest.approx(3, rel=0.35)


def test_a_metric_that_some_draws_leave_undefined_has_no_interval():
    truth = np.array([1] + [0] * 9)
    found = bootstrap(lambda at: classification(truth[at], truth[at], truth[at], [0, 1]), 10)

    assert "roc_auc" not in found
    assert found["accuracy"] == (1.0, 1.0)
