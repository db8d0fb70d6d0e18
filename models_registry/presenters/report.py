"""A drift run as one HTML file."""

from collections.abc import Mapping, Sequence
from typing import Any

from dataops.web.standalone import draw_file
from models_registry.models import DriftRun
from models_registry.presenters import certainty, drift_rows, fall_rows, joint_row, reference_words
from models_registry.presenters.performance import performance_tiles

WIDTH, HEIGHT = 300, 80
ROWS_SHOWN, DRAWN = 500, 60


def report_context(run: DriftRun, histories: Mapping[str, list[float | None]]) -> dict[str, Any]:
    """What the page of a run tells, and its file once it is finished."""
    return {
        "run": run,
        "model": run.version.model,
        "rows": drift_rows(run, histories),
        "certainty": certainty(run),
        "joint": joint_row(run),
        "reference": reference_words(run),
        "falls": fall_rows(run),
        "performance": performance_tiles(run, run.version.model.task),
    }


def draw_drift_report(run: DriftRun, histories: Mapping[str, list[float | None]]) -> tuple[str, str]:
    """The file, and the policy that lets a browser apply its one style. ``run`` is finished."""
    told = report_context(run, histories)
    rows = told["rows"]
    drawn = [row | {"overlay": _overlay(row["chart"])} for row in rows[:DRAWN] if row["chart"]]
    shown = {"rows": rows[:ROWS_SHOWN], "hidden": max(len(rows) - ROWS_SHOWN, 0), "drawn": drawn}
    return draw_file("models_registry/report.html", told | shown)


def _overlay(chart: Mapping[str, Any]) -> dict[str, Any]:
    """Both histograms as steps of one drawing, and the shares behind them."""
    shares = [[value or 0.0 for value in one["values"]] for one in chart["series"]]
    top = max(max(one) for one in shares) or 1.0
    return {
        "reference": _steps(shares[0], top),
        "current": _steps(shares[1], top),
        "cells": list(zip(chart["labels"], *shares, strict=True)),
    }


def _steps(shares: Sequence[float], top: float) -> str:
    """The points of an outline that starts and ends on the ground."""
    width = WIDTH / len(shares)
    points = [(0.0, 0.0)]
    for place, share in enumerate(shares):
        points += [(place * width, share), ((place + 1) * width, share)]
    points.append((WIDTH, 0.0))
    return " ".join(f"{x:.1f},{HEIGHT * (1 - share / top):.1f}" for x, share in points)
