"""Whether a metric fell: by theory, by the rate of false alarms, and by what is set."""

import math

import numpy as np
import pytest
from scipy import stats

from dataops.engine.drift import PERFORMANCE, DriftPolicy, Metric, judge_fall

POLICY = DriftPolicy()


def test_without_windows_the_difference_over_its_standard_error_is_normal():
    fall = judge_fall(Metric(0.9, 0.01), Metric(0.87, 0.02), POLICY, higher_is_better=True)

    assert fall.p_value == pytest.approx(stats.norm.sf(0.03 / math.hypot(0.01, 0.02)))
    assert (fall.effect, fall.windows) == (pytest.approx(0.03 / 0.9), 0)


def test_by_windows_it_follows_the_t_distribution_of_their_spread():
    windows = [10.0, 11.0, 12.0, 13.0, 14.0]
    fall = judge_fall(Metric(12, 0.3), Metric(19, 0.1), POLICY, higher_is_better=False, windows=windows)

    spread = math.hypot(0.3, np.std(windows, ddof=1))
    assert fall.p_value == pytest.approx(stats.t.sf(7 / spread, df=4))
    assert (fall.windows, fall.fallen) == (5, False)


@pytest.mark.parametrize(
    ("now", "severity"), [(0.96, None), (0.94, "info"), (0.89, "warning"), (0.79, "critical"), (1.2, None)]
)
def test_severity_is_the_loss_in_units_of_what_matters(now, severity):
    fall = judge_fall(Metric(1.0, 0.001), Metric(now, 0.001), POLICY, higher_is_better=True)
    assert fall.severity == severity


@pytest.mark.parametrize(("factor", "threshold"), [(1, 0.05), (3, 0.15), (0, None)])
def test_a_factor_moves_what_matters_or_leaves_it_out(factor, threshold):
    policy = DriftPolicy(columns={PERFORMANCE: factor})
    fall = judge_fall(Metric(1.0, 0.0), Metric(0.5, 0.0), policy, higher_is_better=True)
    assert (fall and fall.threshold) == (threshold and pytest.approx(threshold))


@pytest.mark.parametrize("windows", [0, 5, 30])
def test_an_eighth_of_the_budget_is_spent_on_it(windows):
    """Windows whose metric varies three times as much as their rows allow for, and nothing fell."""
    chance, trials = np.random.default_rng(windows), 4_000
    policy = DriftPolicy(q=0.2)
    alarms = 0
    for _ in range(trials):
        apart = 0.03 if windows else 0.0
        values = 0.8 + chance.normal(0, math.hypot(apart, 0.01), windows + 1)
        before = Metric(0.8 + chance.normal(0, 0.005), 0.005)
        now = Metric(values[0], 0.01)
        alarms += judge_fall(
            before, now, policy, higher_is_better=True, windows=values[1:].tolist()
        ).significant
    assert stats.binomtest(alarms, trials, policy.q / 8).pvalue > 0.001
