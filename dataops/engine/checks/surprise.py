"""A number of this run beside its expected band: what both anomaly checks measure."""

from __future__ import annotations

from dataops.engine.anomaly import band_details, expected_band, points_of, runs_needed
from dataops.engine.metrics import METRICS
from dataops.engine.protocols import Context, Measurement


def measure_surprise(context: Context, metric_key: str, sensitivity: str) -> Measurement:
    """How far the metric lies outside its band, in half widths of the band.

    The pass rate halves with every half width outside.
    """
    metric = METRICS[metric_key]
    place = context.column.name if context.column else ""
    value = metric.of(context.profile, place)
    if value is None:
        return Measurement(0, 0, None, None, f"{metric.label} is not known of this data")
    points = points_of(context.history, metric_key, place)
    band = expected_band(points, metric, context.at, sensitivity=sensitivity)
    details = band_details(metric_key, band, points) | {"observed": value}
    said = _shown(value, bounded=metric.bounded)
    if band is None:
        needed = runs_needed(points)
        message = f"{metric.label}: {said}; needs {needed} more run{'s' if needed > 1 else ''} to know"
        return Measurement(1, 0, None, None, message, details)
    low, high = _shown(band.low, bounded=metric.bounded), _shown(band.high, bounded=metric.bounded)
    excess = band.excess(value)
    return Measurement(
        evaluated=1,
        failed=int(excess > 0),
        value=excess,
        pass_rate=2**-excess if excess < 1000 else 0.0,
        message=f"{metric.label}: {said}; expected {low} to {high} by {band.reason}",
        details=details,
    )


def _shown(value: float, *, bounded: bool) -> str:
    return f"{100 * value:.4g} %" if bounded else f"{value:,.6g}"
