"""Numbers of a column inside of a band: one class for all of them."""

from __future__ import annotations

from dataops.engine.checks.bands import BandParams
from dataops.engine.checks.base import ColumnCheck, nothing, of_band
from dataops.engine.checks.wording import band, number
from dataops.engine.metrics import METRICS
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension


class MetricBetween(ColumnCheck):
    """How far a number of the column lies outside of its band, as a share of the end it missed.

    The ends are inside. Missing, invalid and infinite values and NaN are left out of the number. The
    pass rate halves with every half width of the band; with one end, with every half of that end.
    """

    dimension = Dimension.CONSISTENCY
    params = BandParams

    def __init__(self, metric: str, label: str) -> None:
        self.key = f"{metric}_between"
        self.label = label
        self.metric = METRICS[metric]

    def applies_to(self, column: ColumnProfile) -> bool:
        return self.metric.key == "distinct" or column.type.is_numeric

    def measure(self, context: Context, params: BandParams) -> Measurement:
        column = context.column
        value = self.metric.of(context.profile, column.name) if column and column.present else None
        if value is None:
            return nothing(f"the column has no {self.metric.label.lower()}: there are no numbers")
        allowed = band(params.minimum, params.maximum)
        message = f"{self.metric.label.lower()} is {number(value)}; allowed is {allowed}"
        return of_band(value, params.minimum, params.maximum, message)


METRICS_BETWEEN = (
    MetricBetween("distinct", "Number of distinct values"),
    MetricBetween("min", "Minimum in range"),
    MetricBetween("max", "Maximum in range"),
    MetricBetween("mean", "Mean in range"),
    MetricBetween("median", "Median in range"),
    MetricBetween("std", "Standard deviation in range"),
    MetricBetween("sum", "Sum in range"),
)
