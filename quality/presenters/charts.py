"""Runs and columns as charts and rows."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dataops.engine.profile.column import ColumnProfile, Scalar
from dataops.engine.profile.histogram import Histogram
from dataops.engine.types import ColumnType
from dataops.web import charts
from dataops.web.templatetags.ui import compact, number, percent
from dataops.web.words import lazy as _
from quality.models import CheckRun, DataSource

BINS_SHOWN = 30
MARKED_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SHOWN_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
TOP_SHOWN = 10
ACCOUNTING_PARTS = ("loaded", "rejected", "blank", "preamble", "footer")


def score_chart(
    source: DataSource, runs: Sequence[CheckRun], marks: Sequence[tuple[CheckRun, str]] = ()
) -> Any:
    """Score by run, with the source's thresholds as lines; a point leads to its run.

    ``marks`` say at which runs something else than the data changed.
    """
    return charts.line(
        labels=[run.finished_at or run.created_at for run in runs],
        series=[charts.Series(_("Score"), [run.score for run in runs])],
        thresholds=[(_("good"), source.alert_below), (_("bad"), source.critical_below)],
        marks=[(run.finished_at or run.created_at, text) for run, text in marks],
        y_range=(0, 1),
        links=[run.get_absolute_url() for run in runs],
    )


def accounting_rows(run: CheckRun) -> list[tuple[str, int]]:
    """Where the records of the file went, what is unknown included."""
    accounting = run.accounting or {}
    rows = [(part, accounting[part]) for part in ACCOUNTING_PARTS if accounting.get(part) is not None]
    lost = unaccounted(run)
    return [*rows, (_("unaccounted for"), lost)] if lost else rows


def unaccounted(run: CheckRun) -> int:
    """Records of the file that are in no part; negative when more was seen than is there."""
    accounting = run.accounting or {}
    return int(accounting.get("records", 0)) - sum(accounting.get(part) or 0 for part in ACCOUNTING_PARTS)


def margin_words(column: ColumnProfile) -> list[str]:
    """What of a merged column is not exact, and how far it may be off; nothing when all of it is."""
    words, margins = [], column.margins
    if margins and margins.rank:
        words.append(_("percentiles by %(rank)s %% of the rows") % {"rank": compact(100 * margins.rank)})
    if margins and margins.bins:
        words.append(_("bins by %(bins)s %% of the rows") % {"bins": compact(100 * margins.bins)})
    if margins and margins.distinct:
        words.append(_("distinct by %(distinct)s %%") % {"distinct": compact(100 * margins.distinct)})
    if column.frequent.error:
        words.append(
            _("counts of frequent values by %(error)s rows") % {"error": number(column.frequent.error)}
        )
    return words


def column_rows(columns: Sequence[ColumnProfile], *, first: int = 1) -> list[dict[str, Any]]:
    """One row a column for tables; ``first`` is the position of the first of them in its profile."""
    return [
        {
            "position": position,
            "column": column,
            "least": _readable(column, column.minimum),
            "median": _median(column),
            "greatest": _readable(column, column.maximum),
            "margins": margin_words(column),
            "filled": 1 - column.missing_fraction,
        }
        for position, column in enumerate(columns, start=first)
    ]


def column_detail(column: ColumnProfile, before: ColumnProfile | None) -> dict[str, Any]:
    """Everything a page shows of one column, beside the same column of the baseline."""
    return {
        "column": column,
        "before": before,
        "quantiles": _quantiles(column, before),
        "top": [
            (value, count, count / (column.rows or 1)) for value, count in column.frequent.values[:TOP_SHOWN]
        ],
        "distribution": _distribution(column, before),
    }


def _readable(column: ColumnProfile, extreme: Scalar) -> Scalar:
    """Times as people write them, with a blank where ISO 8601 has a T."""
    is_time = column.type is ColumnType.DATETIME and isinstance(extreme, str)
    return str(extreme).replace("T", " ", 1) if is_time else extreme


def _median(column: ColumnProfile) -> float | None:
    return column.quantiles.at(0.5) if column.quantiles and column.type.is_numeric else None


def _quantiles(column: ColumnProfile, before: ColumnProfile | None) -> list[tuple[str, Any, Any]]:
    """Name, value before and value now, the least first."""
    if column.quantiles is None or not column.type.is_numeric:
        return []
    inner = [(percent(q.level, 0), q.reference, q.current) for q in _levels(column, before, SHOWN_QUANTILES)]
    least, greatest = (before.minimum, before.maximum) if before and before.type.is_numeric else (None, None)
    return [(_("Least"), least, column.minimum), *inner, (_("Greatest"), greatest, column.maximum)]


def _levels(
    column: ColumnProfile, before: ColumnProfile | None, levels: Iterable[float]
) -> list[charts.Quantile]:
    now, then = column.quantiles, before.quantiles if before and before.type.is_numeric else None
    return [charts.Quantile(q, then.at(q) if then else None, now.at(q) if now else None) for q in levels]


def _distribution(column: ColumnProfile, before: ColumnProfile | None) -> Any | None:
    """Both distributions over the same equal bins between the 1st and 99th percentile."""
    if column.histogram is None or column.quantiles is None or not column.type.is_numeric:
        return None
    low, high = column.quantiles.at(0.01), column.quantiles.at(0.99)
    if low == high:
        return None
    edges = [low + (high - low) * i / BINS_SHOWN for i in range(BINS_SHOWN + 1)]
    reference = _spread(before.histogram, edges) if before and before.histogram else [0.0] * BINS_SHOWN
    current = _spread(column.histogram, edges)
    return charts.distribution(edges, reference, current, _levels(column, before, MARKED_QUANTILES))


def _spread(histogram: Histogram, edges: Sequence[float]) -> list[float]:
    """Rows in each of the bins between ``edges``, were rows spread evenly inside the histogram's own bins."""
    cumulated = np.cumsum([histogram.below, *histogram.counts], dtype=float)
    return np.diff(np.interp(edges, histogram.edges, cumulated)).tolist()
