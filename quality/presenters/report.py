"""A run as one HTML file."""

from collections.abc import Sequence
from typing import Any

from dataops.engine.profile import ColumnProfile, PackedProfile
from dataops.web.standalone import draw_file
from quality import selectors
from quality.models import CheckRun
from quality.presenters.charts import accounting_rows
from quality.presenters.waterfall import draw_waterfall

RUNS_SHOWN, COLUMNS_SHOWN, RESULTS_SHOWN, BARS = 30, 500, 500, 24


def draw_report(run: CheckRun, profile: PackedProfile | None) -> tuple[str, str]:
    """The file (personal values masked), and the policy that lets a browser apply its one style."""
    trend = selectors.score_trends([run.source_id], length=RUNS_SHOWN).get(run.source_id, [])
    shown = selectors.mask_columns(profile[:COLUMNS_SHOWN] if profile else ())
    context = {
        "run": run,
        "source": run.source,
        "accounting": accounting_rows(run),
        "capping": selectors.capping_results(run),
        "waterfall": draw_waterfall(selectors.score_detail(run)),
        "dimensions": selectors.results_by_dimension(run, notable=RESULTS_SHOWN, fine=0),
        "trend": _line(trend, run),
        "columns": [_column(column) for column in shown],
        "columns_hidden": len(profile) - len(shown) if profile else 0,
    }
    return draw_file("quality/report.html", context)


def _line(trend: Sequence[CheckRun], run: CheckRun) -> dict[str, Any] | None:
    """Scores of the newest runs as points of a drawing 600 wide and 120 high; None for fewer than two."""
    scored = [(one, one.score) for one in trend if one.score is not None]
    if len(scored) < 2:
        return None
    step = 600 / (len(scored) - 1)
    points = [
        {"x": round(i * step, 2), "y": round(120 * (1 - score), 2), "run": one, "is_this": one.pk == run.pk}
        for i, (one, score) in enumerate(scored)
    ]
    return {
        "points": points,
        "line": " ".join(f"{p['x']},{p['y']}" for p in points),
        "good": round(120 * (1 - run.source.alert_below), 2),
        "bad": round(120 * (1 - run.source.critical_below), 2),
    }


def _column(column: ColumnProfile) -> dict[str, Any]:
    numeric = column.type.is_numeric and column.quantiles is not None
    return {
        "column": column,
        "median": column.quantiles.at(0.5) if numeric and column.quantiles else None,
        "bars": _bars(column) if numeric else [],
    }


def _bars(column: ColumnProfile) -> list[dict[str, float]]:
    """A small histogram, bars of a drawing ``BARS`` wide and 1 high."""
    if column.histogram is None or not sum(column.histogram.counts):
        return []
    counts = list(column.histogram.counts)
    size = max(1, -(-len(counts) // BARS))
    grouped = [sum(counts[i : i + size]) for i in range(0, len(counts), size)]
    top = max(grouped)
    return [{"x": i, "height": round(n / top, 4), "y": round(1 - n / top, 4)} for i, n in enumerate(grouped)]
