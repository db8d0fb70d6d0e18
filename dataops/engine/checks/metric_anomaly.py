"""A number of a column that is not what it was in earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dataops.engine.anomaly import SENSITIVITIES
from dataops.engine.checks.params import param
from dataops.engine.checks.surprise import measure_surprise
from dataops.engine.metrics import column_metrics
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension, Severity


@dataclass(frozen=True, slots=True)
class MetricAnomalyParams:
    metric: str = param(
        "missing_fraction", "The number to watch", choices=tuple(m.key for m in column_metrics())
    )
    sensitivity: str = param(
        "normal", "How narrow the band is: 6, 4 or 3 robust standard deviations", choices=tuple(SENSITIVITIES)
    )


class MetricAnomaly:
    """By how many half widths a number of the column lies outside the band its earlier runs give.

    The band is the median of the last 30 accepted runs, with a width from their median absolute
    deviation; where numbers follow a weekly rhythm, the median of the same weekday when there are at
    least 5. Nothing is measured before the eighth run, nor for a rule with a row filter, as earlier
    runs are known as a whole.
    """

    key = "metric_anomaly"
    label = "Unusual number"
    dimension = Dimension.CONSISTENCY
    scope: Literal["column", "table"] = "column"
    params = MetricAnomalyParams
    default_limits = Limits(fail=0.0)
    severity = Severity.WARNING
    by_default = False

    def applies_to(self, column: ColumnProfile) -> bool:
        return True

    def measure(self, context: Context, params: MetricAnomalyParams) -> Measurement:
        return measure_surprise(context, params.metric, params.sensitivity)
