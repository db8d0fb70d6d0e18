"""Many draws of rows measured at once give what each of them gives by itself."""

import numpy as np
import pytest

from dataops.engine.performance import bootstrap, drawn_auc, drawn_interval, drawn_means, draws
from dataops.engine.performance.ranking import roc_auc


@pytest.fixture
def rows():
    chance = np.random.default_rng(1)
    score = chance.integers(0, 20, 200) / 20  # with ties
    return chance.random(200) < score, score


def test_the_area_of_a_draw_is_that_of_its_rows(rows):
    happened, score = rows
    weights = draws(200, repeats=5)

    for found, taken in zip(drawn_auc(happened, score, weights), weights.astype(int), strict=True):
        again = np.repeat(np.arange(200), taken)
        assert found == pytest.approx(roc_auc(happened[again].astype(float), score[again]))
    assert drawn_means(score, weights) == pytest.approx(weights @ score / 200)


def test_the_interval_is_as_wide_as_that_of_the_bootstrap_row_by_row(rows):
    happened, score = rows
    value = roc_auc(happened.astype(float), score)
    low, high = drawn_interval(value, drawn_auc(happened, score, draws(200, repeats=2_000)))
    row_by_row = bootstrap(
        lambda at: {"auc": roc_auc(happened[at].astype(float), score[at])}, 200, repeats=2_000
    )["auc"]

    assert (low, high) == pytest.approx(row_by_row, abs=0.01)


def test_a_draw_of_one_kind_alone_leaves_no_interval(rows):
    _, score = rows
    assert drawn_interval(0.5, drawn_auc(np.ones(200, bool), score, draws(200))) is None
