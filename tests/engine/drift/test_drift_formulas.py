"""The arithmetic of drift against scipy, theory and simulation."""

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance

from dataops.engine.drift.anderson_darling import anderson_darling_p_value, weighted_squared_gap
from dataops.engine.drift.chi_squared import chi_squared
from dataops.engine.drift.combine import benjamini_hochberg, cauchy
from dataops.engine.drift.counts import paired, pool_rare, total_variation, total_variation_noise
from dataops.engine.drift.cramer_von_mises import cramer_von_mises_p_value, mean_squared_gap
from dataops.engine.drift.detectable import detectable_ks
from dataops.engine.drift.energy import energy
from dataops.engine.drift.exact import at_least, fisher, two_proportions
from dataops.engine.drift.hellinger import hellinger
from dataops.engine.drift.jensen_shannon import jensen_shannon
from dataops.engine.drift.ks import ks, ks_p_value
from dataops.engine.drift.kullback_leibler import kullback_leibler
from dataops.engine.drift.missing_rate import missing_p_value
from dataops.engine.drift.mmd import mmd
from dataops.engine.drift.new_category import new_category_p_value
from dataops.engine.drift.out_of_range import out_of_range_p_value
from dataops.engine.drift.psi import psi
from dataops.engine.drift.wasserstein import wasserstein


@pytest.fixture
def rng():
    return np.random.default_rng(20130101)


@pytest.fixture
def counts(rng):
    """Two unequal samples over the same twelve cells."""
    shares, other = rng.dirichlet(np.full(12, 3.0), size=2)
    return rng.multinomial(900, shares), rng.multinomial(400, other)


def rows(counts):
    """The cell of every row, as a sample that scipy takes."""
    return np.repeat(np.arange(len(counts)), counts)


def test_ks_is_that_of_scipy_on_the_cells(counts):
    assert ks(*counts) == pytest.approx(stats.ks_2samp(*map(rows, counts)).statistic)


@pytest.mark.parametrize("statistic", [0.02, 0.05, 0.1, 0.2])
def test_ks_p_value_is_close_to_that_of_scipy_and_never_smaller(statistic):
    effective = 20_000 * 2_000 / 22_000
    theirs = stats.kstwo.sf(statistic, round(effective))

    assert ks_p_value(statistic, 20_000, 2_000) == pytest.approx(theirs, rel=0.1, abs=1e-12)
    assert ks_p_value(statistic, 20_000, 2_000) >= theirs * 0.999


def test_chi_squared_is_that_of_scipy(counts):
    theirs = stats.chi2_contingency(np.array(counts), correction=False)

    assert chi_squared(*counts) == pytest.approx((theirs.statistic, theirs.dof))


def test_jensen_shannon_is_that_of_scipy_in_base_two(counts):
    assert jensen_shannon(*counts) == pytest.approx(distance.jensenshannon(*counts, base=2))


def test_hellinger_is_the_root_of_one_less_the_affinity(counts):
    p, q = (side / side.sum() for side in counts)

    assert hellinger(*counts) == pytest.approx(np.sqrt(1 - np.sqrt(p * q).sum()))


def test_kullback_leibler_without_pseudocount_is_the_relative_entropy_of_scipy(counts):
    assert kullback_leibler(*counts, pseudocount=0) == pytest.approx(stats.entropy(*counts))


def test_the_two_divergences_of_kullback_and_leibler_sum_to_the_psi(counts):
    assert kullback_leibler(*counts) + kullback_leibler(*counts[::-1]) == pytest.approx(psi(*counts))


@pytest.fixture
def samples(rng):
    """Two samples, and the counts of each on cells that hold a row at most."""
    before, after = rng.normal(size=700), rng.normal(0.15, 1.1, size=500)
    order = np.argsort(np.concatenate([before, after]))
    return before, after, (order < 700).astype(float), (order >= 700).astype(float)


def test_cramer_von_mises_is_that_of_scipy_where_every_row_has_a_cell(samples):
    before, after, *cells = samples
    theirs = stats.cramervonmises_2samp(before, after, method="asymptotic")
    statistic = mean_squared_gap(*cells) * 700 * 500 / 1200

    assert statistic == pytest.approx(theirs.statistic, abs=0.005)
    assert cramer_von_mises_p_value(statistic) == pytest.approx(theirs.pvalue, rel=0.05)


def test_anderson_darling_is_that_of_scipy_where_every_row_has_a_cell(samples):
    before, after, *cells = samples
    theirs = stats.anderson_ksamp([before, after], variant="midrank")
    statistic = weighted_squared_gap(*cells) * 700 * 500 / 1200

    # scipy gives the statistic less its mean, 1, over its standard deviation, this for many rows.
    spread = np.sqrt(2 * (np.pi**2 / 3 - 3))
    assert (statistic - 1) / spread == pytest.approx(theirs.statistic, abs=0.02)


@pytest.mark.parametrize(
    ("p_value", "statistic"), [(0.25, 1.248), (0.1, 1.933), (0.05, 2.492), (0.01, 3.857)]
)
def test_anderson_darling_p_values_are_those_of_the_published_table(p_value, statistic):
    """Stephens 1974, case 0."""
    assert anderson_darling_p_value(statistic) == pytest.approx(p_value, rel=0.03)


@pytest.mark.parametrize("law", [cramer_von_mises_p_value, anderson_darling_p_value])
def test_p_values_fall_as_the_statistic_grows_and_never_end(law):
    p_values = [law(statistic) for statistic in np.linspace(0, 60, 2000)]

    assert all(a >= b for a, b in itertools.pairwise(p_values))
    assert 0 < p_values[-1] < 1e-20


@pytest.mark.parametrize("cells", [2, 3, 7, 200])
@pytest.mark.parametrize(
    ("statistic", "law"),
    [(mean_squared_gap, cramer_von_mises_p_value), (weighted_squared_gap, anderson_darling_p_value)],
)
def test_tests_of_the_whole_distribution_keep_their_level_on_few_cells_and_on_many(
    rng, cells, statistic, law
):
    n, m, even = 800, 300, np.full(cells, 1 / cells)
    p_values = [
        law(statistic(rng.multinomial(n, even), rng.multinomial(m, even)) * n * m / (n + m))
        for _ in range(1500)
    ]

    assert np.mean(np.array(p_values) <= 0.05) <= 0.065
    assert cells < 200 or np.mean(np.array(p_values) <= 0.05) >= 0.035


def test_energy_is_close_to_that_of_scipy_on_the_rows(rng):
    before, after = rng.gamma(2, 10, 3000), rng.gamma(2.5, 9, 2000)
    edges = np.linspace(0, 200, 401)
    binned = (np.histogram(sample, edges)[0] for sample in (before, after))

    assert energy(edges, *binned) == pytest.approx(stats.energy_distance(before, after), abs=0.02)


def test_mmd_of_two_normals_is_what_theory_says(rng):
    """Of means d and variances 1 under a kernel of variance 1: 2 (1 - exp(-d² / 6)) / sqrt(3)."""
    edges = np.linspace(-6, 7, 400)
    before, after = (np.histogram(rng.normal(mean, 1, 400_000), edges)[0] for mean in (0, 1))

    assert mmd((edges[:-1] + edges[1:]) / 2, before, after, bandwidth=1.0) ** 2 == pytest.approx(
        2 * (1 - np.exp(-1 / 6)) / np.sqrt(3), rel=0.02
    )


def test_wasserstein_of_a_pure_shift_is_the_shift():
    shape = np.array([1, 4, 9, 2])
    edges = np.arange(9) * 0.5

    assert wasserstein(edges, [*shape, 0, 0, 0, 0], [0, 0, 0, *shape, 0]) == pytest.approx(1.5)


def test_wasserstein_is_close_to_that_of_scipy_on_the_rows(rng):
    before, after = rng.gamma(2, 10, 3000), rng.gamma(2.5, 9, 2000)
    edges = np.linspace(0, 200, 401)
    binned = (np.histogram(sample, edges)[0] for sample in (before, after))

    assert wasserstein(edges, *binned) == pytest.approx(stats.wasserstein_distance(before, after), abs=0.05)


def test_psi_of_two_normals_one_sigma_apart_tends_to_one(rng):
    """The two divergences between them are 1/2 each, and PSI is their sum."""
    edges = np.linspace(-3.5, 4.5, 61)
    before, after = (np.histogram(rng.normal(mean, 1, 1_000_000), edges)[0] for mean in (0, 1))

    assert psi(before, after) == pytest.approx(1.0, abs=0.02)


def test_psi_without_drift_averages_what_theory_says(rng):
    cells, n, m = 10, 800, 500
    even = np.full(cells, 1 / cells)
    found = [psi(rng.multinomial(n, even), rng.multinomial(m, even)) for _ in range(400)]

    assert np.mean(found) == pytest.approx((cells - 1) * (1 / n + 1 / m), rel=0.1)


def test_an_empty_bin_weighs_what_half_an_observation_would():
    p, q = np.array([50.5, 0.5]) / 51, np.array([25.5, 25.5]) / 51

    assert psi([50, 0], [25, 25]) == pytest.approx(((q - p) * np.log(q / p)).sum())


def test_two_proportions_is_the_two_by_two_chi_squared_test():
    table = [[50, 950], [80, 920]]

    assert two_proportions(50, 1000, 80, 1000) == pytest.approx(
        stats.chi2_contingency(table, correction=False).pvalue
    )


@pytest.mark.parametrize(("a", "n", "b", "m"), [(3, 500, 9, 400), (0, 10_000, 2, 100), (7, 7, 0, 30)])
def test_fisher_is_that_of_scipy(a, n, b, m):
    assert fisher(a, n, b, m) == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue)


def test_rare_missing_values_are_tested_exactly_and_frequent_ones_by_z():
    assert missing_p_value(10, 1000, 19, 1000) == fisher(10, 1000, 19, 1000)
    assert missing_p_value(995, 1000, 980, 1000) == fisher(5, 1000, 20, 1000)
    assert missing_p_value(15, 1000, 30, 1000) == two_proportions(15, 1000, 30, 1000)


def test_at_least_is_the_hypergeometric_tail_of_scipy():
    assert at_least(6, 1000, 200, 9) == pytest.approx(stats.hypergeom.sf(5, 1200, 9, 200))


def test_the_new_category_bound_holds_for_a_long_tail_of_rare_values(rng):
    """Most windows hold values that the reference does not; p <= .05 must stay rare all the same."""
    weights = 1 / np.arange(1, 501)
    weights /= weights.sum()
    alarms = 0
    for _ in range(300):
        before, after = rng.multinomial(1000, weights), rng.multinomial(400, weights)
        most = int(after[before == 0].max(initial=0))
        values = np.count_nonzero(before + after)
        alarms += new_category_p_value(most, 1000, 400, values=values) <= 0.05

    assert alarms <= 15


def test_values_that_the_reference_may_hold_unlisted_are_less_surprising():
    certain = new_category_p_value(20, 1000, 1000, values=50)

    assert certain < new_category_p_value(20, 1000, 1000, values=50, most_reference_rows=5) < 1


def test_the_out_of_range_bound_holds_and_is_not_idle(rng):
    p_values = []
    for _ in range(1000):
        before, after = rng.exponential(size=200), rng.exponential(size=200)
        outside = int((after < before.min()).sum()), int((after > before.max()).sum())
        p_values.append(out_of_range_p_value(*outside, 200, 200))

    assert 0.01 < np.mean(np.array(p_values) <= 0.05) <= 0.065


def test_benjamini_hochberg_is_that_of_scipy(rng):
    p_values = [*rng.random(20), 0.0, 1.0, 0.001, 0.001]

    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values))


def test_no_p_values_need_no_correction():
    assert benjamini_hochberg([]) == []


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_the_combined_p_value_keeps_its_level_however_components_depend(rng, correlation):
    shared, own = rng.normal(size=(20_000, 1)), rng.normal(size=(20_000, 4))
    scores = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    combined = np.array([cauchy(p) for p in stats.norm.sf(scores)])

    assert np.mean(combined <= 0.01) == pytest.approx(0.01, abs=0.004)


def test_components_that_saw_nothing_do_not_drown_the_one_that_did():
    assert cauchy([1e-6, 1.0, 1.0, 1.0]) == pytest.approx(1e-6)
    assert cauchy([1e-6, 0.9999, 0.9999]) < 1e-5


def test_the_combined_p_value_is_never_under_its_smallest_part(rng):
    for p_values in rng.random((200, 3)) ** 8:
        assert cauchy(p_values) >= min(p_values) * (1 - 1e-9)


def test_the_combined_p_value_of_impossible_evidence_is_tiny_but_a_number():
    assert 0 < cauchy([0.0, 0.5]) < 1e-290


def test_noise_of_the_total_variation_is_what_equal_samples_show(rng):
    shares = rng.dirichlet(np.ones(8))
    samples = [(rng.multinomial(600, shares), rng.multinomial(300, shares)) for _ in range(400)]

    shown = np.mean([total_variation(*pair) for pair in samples])
    assert np.mean([total_variation_noise(*pair) for pair in samples]) == pytest.approx(shown, rel=0.05)


def test_a_shift_of_the_detectable_size_is_found_in_four_of_five_runs(rng):
    """The shift that moves the most rows past one point: mass d moved from the lower half up."""
    n, m, level = 2000, 1000, 0.01
    d = detectable_ks(n, m, level=level)
    moved = np.array([0.5 - d, 0.5 + d])
    found = [
        ks_p_value(ks(rng.multinomial(n, [0.5, 0.5]), rng.multinomial(m, moved)), n, m) <= level
        for _ in range(500)
    ]

    assert np.mean(found) == pytest.approx(0.8, abs=0.06)


def test_cells_are_pooled_until_five_rows_are_expected_on_the_smaller_side(rng):
    before, after = pool_rare(rng.poisson(np.arange(50)), rng.poisson(np.arange(50) / 2))
    smaller = min(before.sum(), after.sum()) / (before.sum() + after.sum())

    assert ((before + after) * smaller).min() >= 5
    assert before.size > 2


def test_too_few_rows_for_two_cells_leave_one():
    assert [side.size for side in pool_rare([3, 2], [2, 3])] == [1, 1]


@pytest.mark.parametrize(
    "formula",
    [ks, chi_squared, psi, jensen_shannon, hellinger, kullback_leibler, total_variation, mean_squared_gap],
)
def test_sides_that_cannot_be_compared_are_refused(formula):
    with pytest.raises(ValueError, match="2 cells, current has 3"):
        formula([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="current side has no rows"):
        formula([1, 2], [0, 0])
    with pytest.raises(ValueError, match="reference side has no rows"):
        formula([0, 0], [1, 2])


def test_wasserstein_refuses_counts_that_do_not_fit_the_edges():
    with pytest.raises(ValueError, match="2 bins, but 3 reference and 2 current"):
        wasserstein([0, 1, 2], [1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="reference side has no rows"):
        wasserstein([0, 1, 2], [0, 0], [1, 2])


def test_cells_empty_on_both_sides_are_left_out():
    assert [side.tolist() for side in paired([1, 0, 2], [3, 0, 0])] == [[1.0, 2.0], [3.0, 0.0]]
