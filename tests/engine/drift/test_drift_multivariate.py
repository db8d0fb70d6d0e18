"""Columns that each stay as they were but no longer go together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from dataops.engine.drift import DriftPolicy, Window, compare, measure_together
from dataops.engine.drift.multivariate import Joint, _rank_sum, domain_classifier, reconstruction
from dataops.engine.drift.together import Together
from tests.engine.drift.tables import table as profiled


def boosted(rows, labels, asked):
    learned = HistGradientBoostingClassifier(max_iter=30, early_stopping=False, random_state=0).fit(
        rows, labels
    )
    return learned.predict_proba(asked)[:, 1]


def linear(rows, labels, asked):
    """Products of columns, so that a line can tell correlations apart; quick enough for a simulation."""

    def products(values):
        return np.hstack([values, values[:, :1] * values[:, 1:]])

    return LogisticRegression(max_iter=300).fit(products(rows), labels).decision_function(products(asked))


def table(rng, rows, correlation=0.8):
    shared = rng.normal(size=(rows, 1))
    return np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.normal(size=(rows, 4))


def shuffled(rng, rows):
    rows = rows.copy()
    rows[:, 0] = rng.permutation(rows[:, 0])
    return rows


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def test_a_correlation_that_breaks_is_found_by_both(rng):
    before, after = table(rng, 1000), shuffled(rng, table(rng, 1000))
    told_apart, described = domain_classifier(before, after, boosted), reconstruction(before, after)

    assert told_apart.auc > 0.75
    assert told_apart.p_value < 1e-10
    assert described.p_value < 1e-10


@pytest.mark.parametrize("ask", [lambda a, b: domain_classifier(a, b, linear), reconstruction])
def test_without_drift_either_alarms_as_often_as_it_says(rng, ask):
    p_values = np.array([ask(table(rng, 160), table(rng, 90)).p_value for _ in range(400)])

    assert np.mean(p_values <= 0.05) <= 0.08
    assert np.mean(p_values <= 0.5) == pytest.approx(0.5, abs=0.09)


def test_the_rank_sum_is_that_of_scipy_with_and_without_ties(rng):
    for scores in (rng.normal(size=300), rng.integers(0, 4, 300).astype(float)):
        is_current = np.arange(300) >= 180
        theirs = stats.mannwhitneyu(
            scores[is_current], scores[~is_current], method="asymptotic", use_continuity=False
        )
        area, z = _rank_sum(scores, is_current)

        assert area == pytest.approx(theirs.statistic / (180 * 120))
        assert 2 * stats.norm.sf(abs(z)) == pytest.approx(theirs.pvalue)


def test_constant_and_missing_columns_are_borne(rng):
    before, after = table(rng, 200), table(rng, 200)
    before[:, 1], after[:, 1] = 3.0, 3.0
    before[::3, 2] = np.nan
    after[:, 2] = np.nan

    for found in (domain_classifier(before, after, boosted), reconstruction(before, after)):
        assert 0.5 <= found.auc <= 1
        assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("ask", [lambda a, b: domain_classifier(a, b, linear), reconstruction])
def test_sides_that_cannot_be_compared_are_refused(rng, ask):
    with pytest.raises(ValueError, match="same columns"):
        ask(rng.normal(size=(9, 2)), rng.normal(size=(9, 3)))
    with pytest.raises(ValueError, match="3 current rows"):
        ask(rng.normal(size=(9, 2)), rng.normal(size=(3, 2)))


NAMES = list("abcd")


def judged(before, after, **options):
    """Both sides compared by columns and together, as the product does."""
    reference = profiled(pd.DataFrame(before, columns=NAMES))
    current = profiled(pd.DataFrame(after, columns=NAMES), like=reference)
    now = Window(current, measure_together(before, after, NAMES, linear))
    return compare(reference, now, **options)


def test_a_change_of_correlation_alone_decides_and_names_the_columns(rng):
    before = table(rng, 1000)
    report = judged(before, shuffled(rng, table(rng, 1000)))

    assert report.drifted
    assert not any(feature.drifted for feature in report.features)
    assert {"a"} <= {report.joint.together.pairs[0].first, report.joint.together.pairs[0].second}
    assert report.joint.together.pairs[0].before == pytest.approx(
        stats.spearmanr(before[:, 0], before[:, 1])[0], abs=0.1
    )
    assert "No single one of 4 columns drifted" in report.verdict


def test_what_single_columns_show_is_no_change_of_how_they_go_together(rng):
    moved = table(rng, 1000)
    moved[:, 0] += 2.0
    report = judged(table(rng, 1000), moved)

    assert [feature.name for feature in report.features if feature.drifted] == ["a"]
    assert report.joint.together.told_apart.auc > 0.8
    assert not report.joint.drifted


def test_a_floor_of_one_half_never_alarms_and_a_single_method_never_looks(rng):
    sides = table(rng, 400), shuffled(rng, table(rng, 400))

    assert not judged(*sides, policy=DriftPolicy(joint_floor=0.5)).drifted
    assert judged(*sides, policy=DriftPolicy(method="psi")).joint is None


def told(auc, by_columns=0.5, p_value=1e-30):
    return Together(Joint(auc, p_value), by_columns, Joint(0.5, 0.5), (), 500, 500)


@pytest.mark.parametrize(
    ("seen", "drifted"),
    [
        ([told(0.6)] * 24, True),  # far beyond what windows show
        ([told(0.6 + 0.02 * i) for i in range(24)], False),  # as apart as many of them are
        ([told(0.6)] * 23 + [None], False),  # one of them cannot tell
        ([told(0.6)] * 10, False),  # few windows, whose rows count as little as those of this one
    ],
)
def test_earlier_windows_are_the_measure_of_how_columns_go_together_too(rng, seen, drifted):
    reference = profiled(pd.DataFrame(table(rng, 4000), columns=NAMES))
    days = [
        profiled(pd.DataFrame(table(rng, 200), columns=NAMES), like=reference) for _ in range(len(seen) + 1)
    ]
    windows = [Window(day, one) for day, one in zip(days[1:], seen, strict=True)]
    report = compare(reference, Window(days[0], told(0.9, p_value=1e-40)), windows=windows)

    assert report.joint.drifted == drifted
