"""Chi-squared: do two samples fill the same cells in the same proportions?"""

from scipy.special import chdtrc

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import (
    CountsLike,
    paired,
    pool_rare,
    total_variation,
    total_variation_noise,
)
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 16
MOST_GROUPS = 64
ROWS_PER_GROUP = 60


def chi_squared(reference: CountsLike, current: CountsLike) -> tuple[float, int]:
    """Pearson's statistic of the 2 x n_cells table and its degrees of freedom.

    Both rows count as samples: comparing with the reference as if it were the population
    ignores its own noise and doubles the statistic when the sides are equally large.

    >>> chi_squared([50, 50], [90, 10])
    (38.095238095238095, 1)
    """
    before, after = paired(reference, current)
    expected = (before + after) * after.sum() / (before.sum() + after.sum())
    # One deviation serves both rows of the table: they differ in sign and in their expected count.
    deviation = (after - expected) ** 2
    statistic = (deviation / expected).sum() * (1 + after.sum() / before.sum())
    return float(statistic), before.size - 1


class ChiSquared:
    """Two-sample chi-squared test; its effect is the share of rows that changed cell, net of noise.

    Numbers are counted in 16 equal parts of the reference, up to 64 as the windows grow, categories as they
    are. Cells with
    fewer than 5 expected rows are pooled, without which the p-value is wrong. The statistic is >= 0 and
    grows with the number of rows; the effect (total variation less what two equal samples of
    these sizes show) is in 0..1 and does not. Symmetric for categories. Source: Pearson 1900; Cochran 1954.
    """

    key = "chi_squared"
    label = "Chi-squared test"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = True
    floor = 0.03

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, _groups(reference, current))
        if cells is None:
            return NOTHING_MEASURED
        pooled = pool_rare(*cells)
        statistic, freedom = chi_squared(*pooled)
        p_value = float(chdtrc(freedom, statistic)) if freedom else 1.0
        moved = total_variation(*pooled) - total_variation_noise(*pooled)
        return DriftMeasure(statistic, p_value, max(moved, 0.0))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        said = f"{percent(measured.effect or 0.0)} of rows moved to other values"
        if Kind.of(reference.type) is not Kind.CATEGORICAL:
            return said
        before, after = reference.frequent, current.frequent
        seen, all_before, all_after = dict(after.values), before.total, after.total
        changes = [
            (rows / all_before, seen.get(value, 0) / all_after, value) for value, rows in before.values
        ]
        if not changes:
            return said
        old, new, value = max(changes, key=lambda change: abs(change[1] - change[0]))
        return f"{said}, most of all {value!r} from {percent(old)} to {percent(new)}"


def _groups(reference: ColumnProfile, current: ColumnProfile) -> int:
    """Parts of the smaller side of 60 rows: large windows show what is confined to a few values."""
    return max(GROUPS, min(MOST_GROUPS, min(reference.finite, current.finite) // ROWS_PER_GROUP))
