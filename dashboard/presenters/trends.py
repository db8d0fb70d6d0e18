"""Charts of the dashboard."""

from collections.abc import Sequence
from datetime import date, datetime

from dashboard.selectors.trends import Period, Point
from dataops.web import charts
from dataops.web.charts import ChartData

MOST_MARKS = 4


def score_chart(points: Sequence[Point], over: Period) -> ChartData:
    """Average and lowest score; a point leads to the source that was lowest, marks tell of alerts."""
    return charts.line(
        labels=[_label(point, over) for point in points],
        series=[
            charts.Series("Average", [point.average for point in points]),
            charts.Series("Lowest", [point.lowest for point in points], dashed=True),
        ],
        marks=[(_label(point, over), _mark(point)) for point in _most_alarming(points)],
        y_range=(0, 1),
        links=[point.lowest_source.url if point.lowest_source else None for point in points],
    )


def alert_chart(points: Sequence[Point], over: Period) -> ChartData | None:
    """Alerts opened in each hour or day; None when there was none."""
    if not any(point.alerts for point in points):
        return None
    return charts.bars(
        labels=[_label(point, over) for point in points],
        series=[charts.Series("Alerts opened", [sum(point.alerts.values()) for point in points])],
    )


def _label(point: Point, over: Period) -> date | datetime:
    return point.at if over.by_hour else point.at.date()


def _most_alarming(points: Sequence[Point]) -> list[Point]:
    """The few points worth a mark, so that the marks stay readable."""
    alarmed = [point for point in points if point.alerts]
    ranked = sorted(
        alarmed, key=lambda p: (p.alerts.get("critical", 0), sum(p.alerts.values())), reverse=True
    )
    return ranked[:MOST_MARKS]


def _mark(point: Point) -> str:
    critical, count = point.alerts.get("critical", 0), sum(point.alerts.values())
    return f"{critical} critical" if critical else f"{count} alert" if count == 1 else f"{count} alerts"
