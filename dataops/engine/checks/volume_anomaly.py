"""A number of the table that is not what it was in earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dataops.engine.anomaly import SENSITIVITIES
from dataops.engine.checks.params import param
from dataops.engine.checks.surprise import measure_surprise
from dataops.engine.metrics import table_metrics
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension, Severity


@dataclass(frozen=True, slots=True)
class VolumeAnomalyParams:
    metric: str = param("row_count", "The number to watch", choices=tuple(m.key for m in table_metrics()))
    sensitivity: str = param(
        "normal", "How narrow the band is: 6, 4 or 3 robust standard deviations", choices=tuple(SENSITIVITIES)
    )


class VolumeAnomaly:
    """By how many half widths a number of the table lies outside the band its earlier runs give.

    The band is made as for an unusual number of a column.
    """

    key = "volume_anomaly"
    label = "Unusual volume"
    dimension = Dimension.VOLUME
    scope: Literal["column", "table"] = "table"
    params = VolumeAnomalyParams
    default_limits = Limits(fail=0.0)
    severity = Severity.WARNING
    by_default = False

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: VolumeAnomalyParams) -> Measurement:
        return measure_surprise(context, params.metric, params.sensitivity)
