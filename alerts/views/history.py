"""The chart of one alert: its values by report, its limit, and what happened when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alerts.enums import EventKind
from alerts.models import Alert, AlertEvent
from dataops.engine.units import FRACTION
from dataops.web import charts
from dataops.web.words import lazy as _

MOST_MARKS = 4
"""More would lie over each other on a phone; the timeline has them all."""
_WHOLE = {"%": 100, "": 1}
"""The fixed axis of shares and of scores."""
MARKED = (EventKind.OPENED, EventKind.REOPENED, EventKind.ESCALATED, EventKind.RESOLVED)


def history_chart(alert: Alert, events: Sequence[AlertEvent]) -> dict[str, Any] | None:
    """Chart data, or None while there are fewer than two values to draw."""
    points = [point for point in alert.history if point["value"] is not None]
    if len(points) < 2:
        return None
    factor, unit = (100, "%") if alert.unit == FRACTION else (1, alert.unit)
    values = [point["value"] * factor for point in points]
    limit = [] if alert.threshold is None else [alert.threshold * factor]
    whole = _WHOLE.get(unit, 0)
    is_part = all(0 <= number <= whole for number in [*values, *limit])
    return charts.line(
        [point["at"] for point in points],
        [charts.Series(_("Value"), values)],
        thresholds=[(_("Limit"), number) for number in limit],
        marks=_marks(points, events),
        y_range=(0, whole) if is_part else None,
        unit=unit,
        links=[point["url"] or None for point in points],
    )


def _marks(points: Sequence[dict[str, Any]], events: Sequence[AlertEvent]) -> list[tuple[str, str]]:
    """Each event at the report that caused it, or the last one before it."""
    marks = []
    for event in events:
        before = [p["at"] for p in points if datetime.fromisoformat(p["at"]) <= event.at]
        if event.kind in MARKED and before:
            marks.append((before[-1], event.get_kind_display()))
    return marks[-MOST_MARKS:]
