"""A number of a source over its runs, beside the band each of them was expected in."""

from dataclasses import dataclass
from datetime import datetime

from dataops.engine.anomaly import LOOKED_BACK, Band, expected_band, points_of
from dataops.engine.checks import CHECKS, make_params
from dataops.engine.metrics import METRICS
from quality.models import CheckRun, DataSource
from quality.services.history import history_of, pasts_of

RUNS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """What one run measured; ``value`` is None where the number is not known.

    ``band`` rests on the normal runs before it, as they are known now: None while they are too few.
    ``expected`` values are outside of the usual and were called normal by a person.
    """

    run: CheckRun
    at: datetime
    value: float | None
    band: Band | None
    expected: bool

    @property
    def unusual(self) -> bool:
        return self.value is not None and self.band is not None and self.band.excess(self.value) > 0


def metric_trend(
    source: DataSource, metric: str, *, column: str = "", sensitivity: str = "normal"
) -> list[TrendPoint]:
    """The newest 60 runs, oldest first, each with the band the check compares it with; four queries.

    ``column`` is empty for numbers of the table. Raises LookupError for no such metric.
    """
    runs = CheckRun.objects.checked().filter(source=source).select_related("snapshot")
    shown = list(runs.order_by("-pk")[:RUNS_SHOWN])[::-1]
    if not shown:
        return []
    normal = history_of(source, columns=[column], before=shown[0])
    found = []
    for run, past in zip(shown, pasts_of(shown, columns=[column]), strict=True):
        points = points_of(normal[-LOOKED_BACK:], metric, column)
        band = expected_band(points, METRICS[metric], past.at, sensitivity=sensitivity)
        value = past.numbers.get(column, {}).get(metric)
        found.append(TrendPoint(run, past.at, value, band, (column, metric) in past.expected))
        if past.accepted or past.expected:
            normal.append(past)
    return found


def watched_with(source: DataSource, metric: str, *, column: str = "") -> str | None:
    """The sensitivity of the rule in use that watches a number; None when no rule does. One query."""
    kind = "metric_anomaly" if column else "volume_anomaly"
    rules = source.checks.filter(kind=kind, enabled=True, column__in={"", column})
    # A rule of this very column says more than one of every column.
    for rule in sorted(rules, key=lambda rule: not rule.column):
        params = make_params(CHECKS[kind].params, rule.params, check=kind)
        if params.metric == metric:
            return str(params.sensitivity)
    return None
