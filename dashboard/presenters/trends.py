"""The charts of the dashboard: each measure in one sentence and one drawing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from dashboard.selectors import trends
from dashboard.selectors.marks import Mark
from dashboard.selectors.periods import Period
from dashboard.selectors.standing import Standings
from dashboard.selectors.trends import Point
from dataops.web import charts
from dataops.web.charts import ChartData, Series
from dataops.web.words import lazy as _

MOST_MARKS = 6
SEVERITIES = ("critical", "warning", "info")
TONES: dict[str, charts.Tone] = {"critical": "bad", "warning": "warn", "info": "muted"}

Marks = list[tuple[date | datetime, str, list[str]]]


@dataclass(frozen=True, slots=True)
class Measure:
    """``sentence`` says what the chart shows, with the length of a step; ``draw`` gives None without data.

    ``shows`` is the kind of events that it shows anyway.
    """

    key: str
    label: str
    sentence: str
    empty: str
    draw: Callable[[Period, Marks, Standings], ChartData | None]
    shows: str = ""


def _quality(over: Period, marks: Marks, now: Standings) -> ChartData | None:
    points = trends.quality(over, now)
    if not any(point.average is not None for point in points):
        return None
    links = [_run_page(point) for point in points]
    return charts.line(
        labels=labels_of(over),
        series=[
            Series(_("Average"), [point.average for point in points]),
            Series(_("Lowest"), [point.worst for point in points], dashed=True),
        ],
        marks=marks,
        y_range=(0, 1),
        links=links,
    )


def _run_page(point: Point) -> str | None:
    return reverse("quality:run_detail", args=[point.run]) if point.run else None


def _drift(over: Period, marks: Marks, _now: Standings) -> ChartData | None:
    points = trends.drift(over)
    if not any(point.average is not None for point in points):
        return None
    links = [_report_page(point) for point in points]
    return charts.line(
        labels=labels_of(over),
        series=[
            Series(_("Average"), _percent([point.average for point in points])),
            Series(_("Highest"), _percent([point.worst for point in points]), dashed=True),
        ],
        marks=marks,
        y_range=(0, 100),
        links=links,
        unit="%",
    )


def _report_page(point: Point) -> str | None:
    return reverse("models:drift_detail", args=[point.of.name, point.run]) if point.of else None


def _percent(shares: Iterable[float | None]) -> list[float | None]:
    return [None if share is None else 100 * share for share in shares]


def _alerts(over: Period, marks: Marks, _now: Standings) -> ChartData | None:
    opened = trends.alerts_opened(over)
    if not opened:
        return None
    by_step = [opened.get(start, {}) for start in over.starts]
    listed = f"{reverse('alerts:alert_list')}?status=all&opened="
    return charts.bars(
        labels=labels_of(over),
        series=[
            Series(
                severity.capitalize(), [counts.get(severity, 0) for counts in by_step], tone=TONES[severity]
            )
            for severity in SEVERITIES
        ],
        links=[
            listed + over.written(start) if counts else None
            for start, counts in zip(over.starts, by_step, strict=True)
        ],
        marks=marks,
        stacked=True,
    )


def _predictions(over: Period, marks: Marks, _now: Standings) -> ChartData | None:
    made = trends.traffic(over)
    if not made:
        return None
    counts = [made[start].count if start in made else 0 for start in over.starts]
    listed = f"{reverse('models:model_list')}?sort=-all"
    return charts.bars(
        labels=labels_of(over),
        series=[Series(_("Predictions"), counts)],
        marks=marks,
        links=[listed if count else None for count in counts],
    )


def _latency(over: Period, marks: Marks, _now: Standings) -> ChartData | None:
    made = trends.traffic(over)
    mean = [made[start].mean_seconds if start in made else None for start in over.starts]
    slowest = [made[start].slowest_seconds if start in made else None for start in over.starts]
    if not any(mean):
        return None
    return charts.line(
        labels=labels_of(over),
        series=[
            Series(_("Mean"), _milliseconds(mean)),
            Series(_("Slowest"), _milliseconds(slowest), dashed=True),
        ],
        marks=marks,
        links=[f"{reverse('models:model_list')}?sort=-latency" if seconds else None for seconds in mean],
        y_range=(0, None),
        unit="ms",
    )


def _milliseconds(seconds: Iterable[float | None]) -> list[float | None]:
    return [None if one is None else 1000 * one for one in seconds]


MEASURES = {
    measure.key: measure
    for measure in (
        Measure(
            "quality",
            _("Quality"),
            _("Average and lowest score of all sources at the end of each {unit} (UTC)."),
            _("No source had a score in this period."),
            _quality,
        ),
        Measure(
            "drift",
            _("Drift"),
            _(
                "Share of drifted features, on average and in the worst model, "
                "at the end of each {unit} (UTC)."
            ),
            _("No model was compared with its reference in this period."),
            _drift,
        ),
        Measure(
            "alerts",
            _("Alerts"),
            _("Alerts opened in each {unit} (UTC), by severity."),
            _("No alert was opened in this period."),
            _alerts,
            shows="critical",
        ),
        Measure(
            "predictions",
            _("Predictions"),
            _("Predictions of all models in each {unit} (UTC)."),
            _("No model was asked in this period."),
            _predictions,
        ),
        Measure(
            "latency",
            _("Latency"),
            _("Time that models took to answer in each {unit} (UTC); replayed predictions have none."),
            _("No answer was timed in this period."),
            _latency,
        ),
    )
}


def labels_of(over: Period) -> list[date | datetime]:
    return [start if over.by_hour else start.date() for start in over.starts]


def marks_of(over: Period, events: Sequence[Mark], *, without: str = "") -> Marks:
    """At most one mark a step, of the few steps where most happened; ``without`` is a kind left out."""
    told: dict[datetime, list[Mark]] = {}
    for event in events:
        if event.kind != without:
            told.setdefault(event.at, []).append(event)
    busiest = sorted(told, key=lambda start: (_weight(told[start]), start), reverse=True)[:MOST_MARKS]
    return [
        (
            start if over.by_hour else start.date(),
            _short(told[start]),
            [_said(event) for event in told[start]],
        )
        for start in sorted(busiest)
    ]


def _weight(events: Sequence[Mark]) -> tuple[bool, int]:
    """What people did comes before alerts, which the chart of alerts shows anyway."""
    return any(event.kind != "critical" for event in events), sum(event.number for event in events)


def _short(events: Sequence[Mark]) -> str:
    """ "delays v2", "rules of orders + 2": what fits beside a line."""
    words, more = _said(events[0]), len(events) - 1
    return f"{words} + {more}" if more else words


def _said(event: Mark) -> str:
    return {
        "deploy": f"{event.name} v{event.number}",
        "rules": _("rules of %(name)s") % {"name": event.name},
        "critical": _("%(count)s critical") % {"count": event.number},
    }[event.kind]
