"""Values of the models room made ready for pages: rows and charts."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from dataops.engine.drift import METHODS
from dataops.engine.profile import Profile
from dataops.web import charts, explanations
from dataops.web.templatetags.ui import decimal, filesize_short, number
from dataops.web.words import lazy as _
from models_registry import selectors
from models_registry.enums import PerformanceKind, ReferenceKind, Runtime, Task
from models_registry.formats.signature import Feature, Signature
from models_registry.models import DriftRun, Model, ModelPerformance, ModelVersion
from models_registry.services import Pair, metric_label


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in a list; ``value`` is the newest realised main metric, else that of training.

    ``measured_on`` says which of them; ``metric_help`` is the key of its explanation.
    ``measured`` are the weekly measurements of the champion and ``history`` their main metric.
    """

    model: Model
    traffic: selectors.Traffic
    latency_p95_seconds: float | None
    drift: DriftRun | None
    is_checking: bool
    metric_name: str
    metric: str
    metric_help: str
    value: float | None
    measured_on: str
    measured: list[ModelPerformance]
    history: list[float | None]
    open_alerts: int


def model_rows(models: Sequence[Model], alerts: Mapping[int, int]) -> list[ModelRow]:
    """Rows for a page of models with their open ``alerts`` by model; four queries however many."""
    ids = [model.pk for model in models]
    asked, seconds, drift = selectors.traffic(ids), selectors.latencies(ids), selectors.drift_states(ids)
    champions = [model.champion_id for model in models if model.champion_id]
    histories = selectors.performance_histories(champions)
    return [
        ModelRow(
            model=model,
            traffic=asked.get(model.pk, selectors.Traffic()),
            latency_p95_seconds=selectors.p95(seconds.get(model.pk, [])),
            drift=next((run for run in drift.get(model.pk, []) if run.is_terminal), None),
            is_checking=any(not run.is_terminal for run in drift.get(model.pk, [])),
            open_alerts=alerts.get(model.pk, 0),
            **_main_metric(model, histories.get(model.champion_id or 0, [])),
        )
        for model in models
    ]


def _main_metric(model: Model, measured: list[ModelPerformance]) -> dict[str, Any]:
    name, history = selectors.headline(model, measured), selectors.main_history(model, measured)
    is_known = any(value is not None for value in history)
    return {
        "metric_name": name,
        "metric": metric_label(name),
        "metric_help": explanations.of_metric(name),
        "value": selectors.main_value(model, history),
        "measured_on": _("newest week with truth") if is_known else measured_on(model.champion),
        "measured": measured,
        "history": history,
    }


def measured_on(version: ModelVersion | None) -> str:
    """Whether the metrics that a version came with are of rows it had not learned from."""
    held_out = version is not None and version.reference_rows.get("held_out")
    return _("held-out rows at training") if held_out else _("rows that came with it")


def metric_chart(model: Model, measured: Sequence[ModelPerformance]) -> charts.ChartData | None:
    """The main metric week by week, with what training promised as a line."""
    if not measured:
        return None
    name = selectors.headline(model, measured)
    promised = model.champion.training_metrics.get(name) if model.champion else None
    return charts.line(
        labels=[row.window_from.date() for row in measured if row.window_from],
        series=[charts.Series(metric_label(name), [row.metrics.get(name) for row in measured])],
        thresholds=[] if promised is None else [(measured_on(model.champion), promised)],
        y_range=(0, 1) if model.task == Task.CLASSIFICATION else (0, None),
    )


def traffic_chart(weeks: Sequence[tuple[datetime, int]]) -> charts.ChartData | None:
    """Predictions a week."""
    if not weeks:
        return None
    counts = charts.Series(_("Predictions"), [count for _, count in weeks])
    return charts.bars(labels=[start.date() for start, _ in weeks], series=[counts])


def drift_chart(runs: Sequence[DriftRun]) -> charts.ChartData | None:
    """Share of drifted columns by run, oldest first; a point leads to its run."""
    compared = [run for run in reversed(runs) if run.share_drifted is not None]
    if not compared:
        return None
    return charts.line(
        labels=[_("run %(pk)s") % {"pk": run.pk} for run in compared],
        series=[charts.Series(_("Share drifted"), [run.share_drifted for run in compared])],
        y_range=(0, 1),
        links=[run.get_absolute_url() for run in compared],
    )


def drift_rows(run: DriftRun, histories: Mapping[str, list[float | None]]) -> list[dict[str, Any]]:
    """The prediction first, what the truth shows, then the features as ranked.

    Each with its state, words, chart and history.
    """
    parts = [run.report.get(name) for name in ("prediction", "probability", "target", "concept")]
    parts += run.report.get("features", [])
    return [
        _drift_row(part, position) | _history(histories.get(part["name"], []))
        for position, part in enumerate(part for part in parts if part)
    ]


def _history(effects: list[float | None]) -> dict[str, Any]:
    """Drawn from 0 up to the largest, or a little above 1, where an effect begins to matter."""
    return {"history": effects, "history_top": max([1.2, *(one for one in effects if one is not None)])}


_STATES = {True: "drifted", False: "stable", None: "no_data"}


def _drift_row(part: Mapping[str, Any], position: int) -> dict[str, Any]:
    drawn = part.get("distribution")
    return {
        **part,
        "state": _STATES[part["drifted"]],
        "method_label": METHODS[part["method"]].label if part["method"] in METHODS else "",
        "p_text": _p_text(part["p_adjusted"]),
        "chart": drawn and _overlay(drawn, part.get("quantiles", [])),
        "chart_id": f"distribution-{position}",
        "caption": _(
            "%(name)s: share of rows by value, reference in grey, this window in colour; above, quantiles"
        )
        % {"name": part["name"]},
    }


def _overlay(drawn: Mapping[str, Any], quantiles: Sequence[Mapping[str, Any]]) -> charts.ChartData:
    marks = [charts.Quantile(one["level"], one["reference"], one["current"]) for one in quantiles]
    return charts.distribution(drawn["edges"], drawn["reference"], drawn["current"], marks)


def reference_words(run: DriftRun) -> str:
    """What a finished run was compared with."""
    told = run.report.get("reference", {})
    kind, windows = told.get("window"), told.get("windows", 0)
    if kind == ReferenceKind.FIXED:
        return _("the pinned window")
    if kind in (ReferenceKind.ROLLING, ReferenceKind.SEASON):
        which = _("same-season windows") if kind == ReferenceKind.SEASON else _("windows")
        return _("the %(windows)s %(which)s before it") % {"windows": windows, "which": which}
    return _("version %(number)s's training window") % {"number": run.version.number}


def certainty(run: DriftRun) -> str:
    """How sure the drift of a finished run is, in a sentence; empty without drift, or where it is gross."""
    if not run.drifted:
        return ""
    if run.is_confirmed:
        return _("Confirmed by the windows before it.")
    if run.report.get("gross"):
        return ""
    if run.windows:
        return _("Suspected: one window alone does not confirm it.")
    if run.report.get("calibrating"):
        return _("Suspected: fewer than five earlier windows tell how much windows differ.")
    return ""


def joint_row(run: DriftRun) -> dict[str, Any] | None:
    """How columns go together, with its state; None in a report from before anybody looked."""
    part = run.report.get("multivariate")
    if not part:
        return None
    if part["skipped"] is not None:
        return {"skipped": part["skipped"], "state": "no_data"}
    return {**part, "state": _STATES[part["drifted"]], "p_text": _p_text(part["p_adjusted"])}


def fall_rows(run: DriftRun) -> list[dict[str, Any]]:
    """Whether performance fell, realised and estimated; none in a report from before that was judged."""
    judged = (run.report.get("performance") or {}).get("judged", [])
    states = {False: "stable", None: "no_data"}
    return [
        part
        | {
            "state": part["severity"] or states[part["fallen"]],
            "label": f"{PerformanceKind(part['kind']).label} {metric_label(part['metric'])}",
            "p_text": _p_text(part.get("p_value")),
        }
        for part in judged
    ]


def _p_text(p: float | None) -> str:
    if p is None:
        return "–"
    return f"< {decimal(0.001)}" if p < 0.001 else decimal(p)


def model_facts(model: Model, traffic: selectors.Traffic) -> list[tuple[str, Any]]:
    """About a model, as label and value."""
    return [
        (_("Task"), Task(model.task).label),
        (_("Owner"), model.owner.get_username() if model.owner else _("nobody")),
        (_("Since"), date_format(timezone.localtime(model.created_at), "DATE_FORMAT")),
        (
            _("Truth known"),
            _("%(labelled)s of %(total)s predictions")
            % {"labelled": number(traffic.labelled), "total": number(traffic.total)},
        ),
    ]


def sample_rows(version: ModelVersion) -> list[dict[str, Any]]:
    """What the version was asked when it was deployed, in the order of its signature, and its answers."""
    names = Signature.from_dict(version.signature).names if version.sample else []
    return [
        {
            "features": [(name, row["features"][name]) for name in names if name in row["features"]],
            "prediction": row["prediction"],
        }
        for row in version.sample
    ]


def version_facts(version: ModelVersion) -> list[tuple[str, Any]]:
    """What a version is made of, as label and value."""
    made_with = ", ".join(f"{name} {number}" for name, number in version.library_versions.items())
    return [
        (_("Format"), version.format),
        (_("Answered by"), Runtime(version.runtime).label if version.runtime else _("the original library")),
        (_("Why"), version.runtime_reason),
        (_("Size"), filesize_short(version.artifact_bytes)),
        ("SHA-256", version.artifact_sha256),
        (_("Made with"), made_with),
        (_("Reference rows kept"), _kept_rows(version)),
        *((name.replace("_", " ").capitalize(), value) for name, value in version.parameters.items()),
        (_("By"), version.created_by.get_username() if version.created_by else _("system")),
        (_("Created"), date_format(timezone.localtime(version.created_at), "DATETIME_FORMAT")),
    ]


def _kept_rows(version: ModelVersion) -> str:
    kept = version.reference_rows
    if not kept:
        return _("none")
    held_out = _(", held out") if kept["held_out"] else ""
    return _("%(rows)s%(held_out)s, %(labelled)s with their truth") % {
        "rows": number(kept["rows"]),
        "held_out": held_out,
        "labelled": number(kept["labelled"]),
    }


def metric_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Metrics of two versions by their labels."""
    return [replace(pair, name=metric_label(pair.name)) for pair in pairs]


def metric_rows(metrics: Mapping[str, float]) -> list[tuple[str, float]]:
    return [(metric_label(name), value) for name, value in metrics.items()]


def typical_instance(signature: Signature, reference: Profile) -> dict[str, Any]:
    """An instance to start from: the middle number and the most frequent text of each feature."""

    def middle(feature: Feature) -> Any:
        column = reference.column(feature.name)
        if column is None:
            return None
        if feature.type.is_numeric and column.quantiles is not None:
            return round(column.quantiles.at(0.5))
        return column.frequent.values[0][0] if column.frequent.values else None

    return {feature.name: middle(feature) for feature in signature.features}


def predict_command(version: ModelVersion, instance: Mapping[str, Any]) -> str:
    """The API call that asks the same, as a line for a shell."""
    url = settings.PUBLIC_URL + reverse("models-api:predict", args=[version.model.name])
    body = shlex.quote(json.dumps({"instances": [instance]}, ensure_ascii=False))
    lines = [
        f"curl {url}",
        '-H "Authorization: Token $TOKEN"',
        '-H "Content-Type: application/json"',
    ]
    return " \\\n  ".join([*lines, f"-d {body}"])
