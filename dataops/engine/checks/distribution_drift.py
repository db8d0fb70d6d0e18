"""Values that are spread otherwise than in the baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, ColumnCheck, nothing
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import present, text_of
from dataops.engine.checks.wording import number
from dataops.engine.drift import METHODS
from dataops.engine.profile import ColumnProfile, Frequent, Histogram
from dataops.engine.protocols import Context, Limits, Measurement, Rows
from dataops.engine.sql import all_of, column, literal
from dataops.engine.types import ColumnType, Dimension

DISTANCES = ("psi", "jensen_shannon", "ks", "wasserstein")
USUAL = 0.1


@dataclass(frozen=True, slots=True)
class DistributionDriftParams:
    method: str = param("psi", "How the distance is measured", choices=DISTANCES)


class DistributionDrift(ColumnCheck):
    """How far the distribution of a column is from that in the baseline, by a drift method's distance.

    Numbers are counted on the bins of the baseline, other values by name. The pass rate is 1 up to
    a distance of 0.1 and halves with every 0.1 beyond.
    """

    key = "distribution_drift"
    label = "Distribution drift"
    dimension = Dimension.CONSISTENCY
    params = DistributionDriftParams
    default_limits = Limits(warn=0.1, fail=0.25)
    limit_unit = ""  # distances have none

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_numeric or column.type in (ColumnType.TEXT, ColumnType.BOOLEAN)

    def measure(self, context: Context, params: DistributionDriftParams) -> Measurement:
        found, before = context.column, context.baseline_column
        if found is None or not found.present:
            return nothing("all values are missing")
        if before is None:
            return nothing("nothing to compare with yet: this run becomes the baseline")
        if found.type.is_numeric != before.type.is_numeric or not self.applies_to(found):
            return nothing(f"{found.type} cannot be compared with {before.type}")
        if context.rows is None:
            return NEEDS_ROWS
        if found.type.is_numeric and not (found.finite and before.histogram):
            return nothing("there are no numbers to compare")
        alike = _like(found, before, context.rows)
        method = METHODS[params.method]
        measured = method.measure(before, alike)
        if measured.statistic != measured.statistic:
            return nothing("there is too little to compare")
        message = f"{method.label} from the baseline is {number(measured.statistic)}"
        excess = max(0.0, measured.statistic - USUAL)
        return Measurement(1, int(excess > 0), measured.statistic, 2 ** -min(excess / USUAL, 1000.0), message)


def _like(found: ColumnProfile, before: ColumnProfile, rows: Rows) -> ColumnProfile:
    """The column counted on the bins and values of the baseline, so that both can be compared."""
    if found.type.is_numeric and before.histogram:
        return replace(found, histogram=_histogram(found, before.histogram, rows))
    text = text_of(found)
    counted = exp.select(text, exp.Count(this=exp.Star())).from_(rows.table).where(present(found))
    labels, counts = zip(*rows.query(counted.group_by(text.copy())), strict=True)
    return replace(found, frequent=Frequent.like(before.frequent, list(labels), list(counts)))


def _histogram(found: ColumnProfile, bins: Histogram, rows: Rows) -> Histogram:
    """Counts on the baseline's edges: one query that counts what lies below each of them."""
    value = exp.cast(column(found.name), "double")
    finite = all_of(
        [column(found.name).is_(exp.null()).not_(), exp.Anonymous(this="isfinite", expressions=[value])]
    )
    below = [exp.CountIf(this=value < literal(edge)) for edge in bins.edges]
    query = exp.select(*below, exp.CountIf(this=value <= literal(bins.edges[-1])), exp.Count(this=exp.Star()))
    *under, inside, total = rows.query(query.from_(rows.table).where(finite))[0]
    # The last bin is closed, and of a constant column it is the only one.
    ends = [*under[:-1], inside]
    counts = tuple(int(high - low) for low, high in pairwise(ends))
    return Histogram(bins.edges, counts, int(under[0]), int(total - inside))
