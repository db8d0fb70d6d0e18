"""How good a model is, made ready for pages."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext

from dataops.engine.performance import Confusion
from dataops.web import charts
from dataops.web.templatetags.ui import compact, decimal, number, percent
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.enums import PerformanceKind, Task
from models_registry.models import DriftRun, Model, ModelPerformance
from models_registry.presenters import measured_on
from models_registry.services import metric_label

WEEKS_DRAWN = 52
PERFORMANCE_CAPTION = _(
    "{} of the champion by week: realised where the truth is known, estimated for all weeks"
)


def shown_metrics(model: Model) -> list[str]:
    """Names of the metrics that a table of measurements has room for, those that were chosen last."""
    if model.task == Task.CLASSIFICATION:
        built_in = ["roc_auc", "accuracy", "precision", "recall", "f1", "log_loss"]
    else:
        built_in = ["mae", "rmse", "median_absolute_error", "bias", "r2"]
    return [*built_in, *own_names(model)]


def own_names(model: Model) -> list[str]:
    """Of the metrics chosen for the model, those whose plug-in is there."""
    return [measure.key for measure in services.measures_for(model.task) if measure.key in model.metrics]


def charted(model: Model, measured: Iterable[ModelPerformance]) -> str:
    """The metric of the chart: that of what is realised, so that an estimate stands beside it."""
    return selectors.headline(model, (row for row in measured if row.kind == PerformanceKind.REALISED))


def performance_chart(
    model: Model, measured: Sequence[ModelPerformance], trust: services.Trust
) -> charts.ChartData | None:
    """The main metric of ``measured`` by week: realised, and estimated with where the truth is expected."""
    name = charted(model, measured)
    weeks = sorted({row.window_from for row in measured if row.window_from})[-WEEKS_DRAWN:]
    if not weeks:
        return None
    shown = {(row.kind, row.window_from): row for row in measured if not trust.withholds(row)}

    def values(kind: str) -> list[float | None]:
        rows = [shown.get((kind, week)) for week in weeks]
        return [None if row is None else row.metrics.get(name) for row in rows]

    estimates = [shown.get((PerformanceKind.ESTIMATED, week)) for week in weeks]
    ends = [(row.intervals.get(name) if row else None) or (None, None) for row in estimates]
    promised = model.champion.training_metrics.get(name) if model.champion else None
    return charts.line(
        labels=[week.date() for week in weeks],
        series=[
            charts.Series(metric_label(name), values(PerformanceKind.REALISED)),
            charts.Series(_("Estimate"), values(PerformanceKind.ESTIMATED), dashed=True),
        ],
        band=([low for low, _ in ends], [high for _, high in ends]) if any(estimates) else None,
        thresholds=[] if promised is None else [(measured_on(model.champion), promised)],
        y_range=_scale([*values(PerformanceKind.REALISED), *(low for low, _ in ends), promised])
        if model.task == Task.CLASSIFICATION
        else (0, None),
    )


def _scale(scores: Iterable[float | None]) -> tuple[float, float]:
    """From the tenth below the lowest score to 1: realised and estimated differ by hundredths."""
    lowest = min((score for score in scores if score is not None), default=0.0)
    return math.floor(10 * lowest) / 10, 1.0


def measurement_rows(
    page: Iterable[ModelPerformance], model: Model
) -> list[tuple[ModelPerformance, list[dict[str, Any]]]]:
    """Each measurement with its cells: label, value, and as text or nothing the interval, and of how many
    rows a metric is that is not of all."""
    return [
        (
            row,
            [
                {
                    "label": metric_label(name),
                    "value": row.metrics.get(name),
                    "interval": _interval(row.intervals.get(name)),
                    "rows": _fewer_rows(name, row.rows_with_probabilities),  # type: ignore[attr-defined]  # annotated
                }
                for name in shown_metrics(model)
            ],
        )
        for row in page
    ]


def _fewer_rows(name: str, rows: int | None) -> str:
    """Nothing where the metric is of all rows."""
    if rows is None or name not in services.OF_PROBABILITIES:
        return ""
    return _("of %(rows)s rows") % {"rows": number(rows)}


def _interval(ends: Sequence[float] | None) -> str:
    return _("%(ends)s to %(ends_)s") % {"ends": decimal(ends[0]), "ends_": decimal(ends[1])} if ends else ""


def estimate_card(model: Model, trust: services.Trust) -> dict[str, Any] | None:
    """What the estimate rests on, in words, and how it did so far; None without a champion."""
    version = model.champion
    if version is None or not version.is_ready:
        return None
    kept, missing = version.reference_rows, services.why_not(version)
    return {
        "missing": missing,
        "method": "" if missing else _method(model, kept),
        "reason": trust.reason,
        "error": trust.mean_error,
        "metric": metric_label(Task(model.task).main_metric),
        "inside": _("%(inside)s of %(weeks)s") % {"inside": trust.inside, "weeks": len(trust.weeks)},
    }


def _method(model: Model, kept: Mapping[str, Any]) -> str:
    if model.task == Task.CLASSIFICATION:
        method = _("Made from the probabilities that the model gives (CBPE), calibrated on %(rows)s.")
    else:
        method = _("Made by a second model that has learned from %(rows)s how wrong the first one is (DLE).")
    rows = _("%(count)s held-out rows") if kept["held_out"] else _("%(count)s rows that came with it")
    return method % {"rows": rows % {"count": number(kept["labelled"])}}


def performance_tiles(run: DriftRun, task: str) -> list[dict[str, Any]]:
    """How good the window was by the main metric, realised and estimated, as far as that is known."""
    hints = {
        "realised": _("of {} rows with their truth"),
        "estimated": _("of {} rows, before their truth"),
    }
    name = Task(task).main_metric
    tiles = []
    for kind, hint in hints.items():
        metrics = (run.report.get("performance") or {}).get(kind) or {}
        if metrics.get(name) is not None:
            label = f"{metric_label(name)}, {PerformanceKind(kind).label.lower()}"
            said = hint.format(number(metrics.get("rows_with_probabilities", metrics["rows"])))
            tiles.append({"label": label, "value": metrics[name], "hint": said, "help": kind})
    return tiles


def detail_card(model: Model, row: ModelPerformance | None) -> dict[str, Any] | None:
    """Where one realised measurement was right and wrong; None without one or without details."""
    if row is None or not row.details:
        return None
    details, counted = row.details, services.confusion_of(row.details)
    return {
        "row": row,
        "facts": _facts(model, row),
        "confusion": counted and _confusion(counted),
        "classes": counted and counted.by_class(),
        "calibration": _calibration(details.get("calibration")),
        "lift": details.get("lift", []),
        "residuals": _residuals(details.get("residuals")),
    }


def _facts(model: Model, row: ModelPerformance) -> list[tuple[str, Any]]:
    delay, facts = row.details.get("delay", {}), []
    if row.logged:
        facts.append(
            (
                _("Truth known"),
                _("%(rows)s of %(logged)s predictions (%(logged_)s)")
                % {
                    "rows": number(row.rows),
                    "logged": number(row.logged),
                    "logged_": percent(row.rows / row.logged, 0),
                },
            )
        )
    if told := row.details.get("rows_with_probabilities"):
        known = _("%(rows)s of %(all)s rows") % {"rows": number(told), "all": number(row.rows)}
        facts.append((_("Probabilities known"), known))
    if delay:
        half, most = (_span(delay[name]) for name in ("median_seconds", "p95_seconds"))
        facts.append(
            (
                _("The truth took"),
                _("%(half)s for half of them, up to %(most)s for 19 of 20") % {"half": half, "most": most},
            )
        )
    cost = services.mean_cost(model.costs, services.confusion_of(row.details))
    if cost is not None:
        facts.append((_("Mean cost of a prediction"), compact(cost)))
    calibration = row.details.get("calibration")
    if calibration:
        facts.append((_("Calibration error"), decimal(calibration["error"])))
    return facts


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{decimal(seconds / size, 0 if seconds >= 10 * size else 1)} {gettext(unit)}"
    return f"{decimal(seconds, 0)} s"


def _confusion(counted: Confusion) -> list[tuple[str, list[tuple[str, int, bool]]]]:
    """Of each actual class the rows taken for each class, and whether that was right."""
    return [
        (actual, [(said, int(n), said == actual) for said, n in zip(counted.classes, row, strict=True)])
        for actual, row in zip(counted.classes, counted.counts, strict=True)
    ]


def _calibration(curve: Mapping[str, Any] | None) -> charts.ChartData | None:
    if curve is None:
        return None
    said = curve["said"]
    return charts.line(
        labels=[percent(chance, 0) for chance in said],
        series=[
            charts.Series(_("happened"), curve["happened"]),
            charts.Series(_("said by the model"), said, dashed=True),
        ],
        y_range=(0, 1),
    )


def _residuals(histogram: Mapping[str, Any] | None) -> charts.ChartData | None:
    if histogram is None:
        return None
    edges = histogram["edges"]
    names = [
        _("%(low)s to %(high)s") % {"low": compact(low), "high": compact(high)}
        for low, high in pairwise(edges)
    ]
    return charts.bars(names, [charts.Series(_("Predictions"), histogram["counts"])], y_range=(0, None))


def segment_card(row: ModelPerformance | None, wanted: str) -> dict[str, Any] | None:
    """The main metric by segment of the ``wanted`` feature (of the weightiest by default), worst first."""
    found = row.details.get("segments") if row else None
    if row is None or not found:
        return None
    name = wanted if wanted in found else next(iter(found))
    own = own_names(row.version.model)
    parts = [
        part
        | {
            "label": metric_label(part["metric"]),
            "interval": _interval(part.get("interval")),
            "own": [part.get("own", {}).get(key) for key in own],
        }
        for part in found[name]
    ]
    higher_is_worse = row.version.model.task == Task.REGRESSION
    parts.sort(key=lambda part: -part["value"] if higher_is_worse else part["value"])
    labels = [metric_label(key) for key in own]
    return {"name": name, "names": list(found), "parts": parts, "own": labels}


def use_rows(model: Model) -> list[dict[str, Any]]:
    """Traffic, latency and errors of each version."""
    return [
        {"use": use, "p95": use.latency_p95_seconds, "is_champion": use.version.pk == model.champion_id}
        for use in selectors.use_by_version(model)
    ]
