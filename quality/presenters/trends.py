"""A number over runs as a chart and as rows."""

from collections.abc import Sequence
from typing import Any

from dataops.engine.metrics import Metric
from dataops.web import charts
from dataops.web.templatetags.ui import compact
from dataops.web.words import lazy as _
from quality.services import TrendPoint


def trend_chart(metric: Metric, points: Sequence[TrendPoint]) -> charts.ChartData:
    """The number of each run within its band; shares in percent. A point leads to its run."""
    scale = 100 if metric.bounded else 1

    def scaled(values: Sequence[float | None]) -> list[float | None]:
        return [None if value is None else value * scale for value in values]

    def marked(name: str, role: charts.Role, wanted: Sequence[bool]) -> list[charts.Series]:
        values = [point.value if want else None for point, want in zip(points, wanted, strict=True)]
        return [charts.Series(name, scaled(values), role=role)] if any(wanted) else []

    bands = [point.band for point in points]
    return charts.line(
        labels=[point.at for point in points],
        series=[
            charts.Series(metric.label, scaled([point.value for point in points])),
            *marked(_("Unusual"), "unusual", [point.unusual and not point.expected for point in points]),
            *marked(_("Called expected"), "expected", [point.expected for point in points]),
        ],
        band=(scaled([b.low if b else None for b in bands]), scaled([b.high if b else None for b in bands]))
        if any(bands)
        else None,
        links=[point.run.get_absolute_url() for point in points],
        unit="%" if metric.bounded else metric.unit,
    )


def trend_rows(metric: Metric, points: Sequence[TrendPoint]) -> list[dict[str, Any]]:
    """One row a run, newest first: the number, the band and what rests on it, and how it was judged."""
    return [
        {
            "point": point,
            "value": shown_number(metric, point.value),
            "low": shown_number(metric, point.band.low) if point.band else "",
            "high": shown_number(metric, point.band.high) if point.band else "",
            "judged": judged(point),
        }
        for point in reversed(points)
    ]


def shown_number(metric: Metric, value: float | None) -> str:
    """
    >>> from dataops.engine.metrics import METRICS
    >>> shown_number(METRICS["missing_fraction"], 0.25)
    '25 %'
    """
    if value is None:
        return "–"
    return f"{compact(100 * value)} %" if metric.bounded else compact(value)


def judged(point: TrendPoint) -> str:
    """What was made of the number of a run, and whether later runs are compared with it."""
    if point.value is None:
        told = _("not measured")
    elif point.expected:
        told = _("unusual, but called expected")
    elif point.band is None:
        told = _("too few runs before it to judge")
    else:
        told = "unusual" if point.unusual else _("as usual")
    return (
        told
        if point.run.accepted
        else _("%(told)s; the run was not accepted, so later ones are not compared with it") % {"told": told}
    )
