"""What a chart shows, as plain data: built here, drawn by ``static/js/charts.js``.

Every builder returns a JSON-ready dict, so that one shape serves the canvas, its table twin and
the CSV download. A missing point is ``None`` and stays a gap; NaN and infinity become ``None``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal

from dataops.web.templatetags.ui import compact
from dataops.web.words import lazy as _

MAX_POINTS = 500
MAX_SERIES = 6

ChartData = dict[str, Any]
Label = str | int | float | date | datetime
Event = tuple[Label, str] | tuple[Label, str, Sequence[str]]
"""Where it happened (one of the labels), a short text, and all that happened there in full."""
Role = Literal["", "low", "high", "unusual", "expected"]
Tone = Literal["", "ok", "warn", "bad", "muted"]


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values, as long as the chart's labels; ``dashed`` sets an estimate apart.

    ``role`` says what is not drawn as a line of its own: the ends of a band, which is filled between
    them, and points that are marked. ``tone`` takes the colour of a state instead of the next of the palette.
    """

    name: str
    values: Sequence[float | None]
    dashed: bool = False
    role: Role = ""
    tone: Tone = ""


def line(
    labels: Sequence[Label],
    series: Sequence[Series],
    *,
    band: tuple[Sequence[float | None], Sequence[float | None]] | None = None,
    thresholds: Iterable[tuple[str, float]] = (),
    marks: Iterable[Event] = (),
    y_range: tuple[float | None, float | None] | None = None,
    links: Sequence[str | None] = (),
    unit: str = "",
) -> ChartData:
    """Values over time or over runs, at most ``MAX_POINTS`` of them.

    ``band`` holds the lowest and the highest expected value of each point; it is filled, and two more
    series. ``thresholds`` are horizontal lines (label, y); ``marks`` are what happened;
    ``links`` holds one URL a point, opened by a click. ``y_range`` is (0, 1) for scores.
    Raises ValueError when a length does not fit the labels.
    """
    if band:
        # One after the other: the upper end is filled down to the series before it.
        ends = Series(_("Expected from"), band[0], role="low"), Series(_("Expected to"), band[1], role="high")
        series = [*series, *ends]
    _check(labels, series, links)
    keep = _thinned([s.values for s in series], len(labels))
    return {
        "kind": "line",
        "labels": [_label(labels[i]) for i in keep],
        "series": [_series(s, [s.values[i] for i in keep]) for s in series],
        "thresholds": [{"label": text, "value": value} for text, value in thresholds],
        "marks": _marks(labels, keep, marks),
        "y_range": list(y_range) if y_range else None,
        "links": [links[i] for i in keep] if links else [],
        "unit": unit,
    }


def bars(
    labels: Sequence[Label],
    series: Sequence[Series],
    *,
    thresholds: Iterable[tuple[str, float]] = (),
    marks: Iterable[Event] = (),
    y_range: tuple[float | None, float | None] | None = None,
    links: Sequence[str | None] = (),
    unit: str = "",
    horizontal: bool = False,
    stacked: bool = False,
) -> ChartData:
    """One group of bars a label, or one bar of all series; ``horizontal`` suits long names.

    Errors as for :func:`line`.
    """
    _check(labels, series, links)
    return {
        "kind": "bars",
        "labels": [_label(label) for label in labels],
        "series": [_series(s, s.values) for s in series],
        "thresholds": [{"label": text, "value": value} for text, value in thresholds],
        "marks": _marks(labels, range(len(labels)), marks),
        "y_range": list(y_range) if y_range else None,
        "links": list(links),
        "unit": unit,
        "horizontal": horizontal,
        "stacked": stacked,
    }


@dataclass(frozen=True, slots=True)
class Quantile:
    """What share ``level`` of the rows lies at or under, on both sides."""

    level: float
    reference: float | None
    current: float | None


def distribution(
    edges: Sequence[float] | Sequence[str],
    reference: Sequence[float],
    current: Sequence[float],
    quantiles: Sequence[Quantile] = (),
) -> ChartData:
    """Two histograms over the same bins, laid over each other as shares of their totals in percent.

    ``edges`` holds n + 1 bin edges for n counts, or n category names. ``quantiles`` of numbers, the lowest
    first, are marked above the bins.

    >>> distribution(["a", "b"], [1, 3], [1, 1])["series"][0]["values"]
    [25.0, 75.0]
    >>> distribution([0, 2, 4], [1, 3], [1, 1], [Quantile(0.5, 3.0, 2.0)])["quantiles"]
    {'reference': [{'level': 0.5, 'at': 1.0}], 'current': [{'level': 0.5, 'at': 0.5}]}
    """
    if len(edges) == len(reference) + 1:
        names = [f"{_short(low)} – {_short(high)}" for low, high in pairwise(edges)]
    else:
        names = [_short(edge) for edge in edges]
    series = [Series(_("Reference"), _shares(reference)), Series(_("Current"), _shares(current))]
    marked = {
        side: [
            {"level": one.level, "at": at}
            for one in quantiles
            if (at := _place(getattr(one, side), edges)) is not None
        ]
        for side in ("reference", "current")
    }
    return bars(names, series, y_range=(0, None), unit="%") | {"kind": "distribution", "quantiles": marked}


def _place(value: float | None, edges: Sequence[float] | Sequence[str]) -> float | None:
    """Where a value stands on an axis of bins, the middle of the first of which is 0, the next 1.

    Bins of one number each stand at that number; None where the axis has names.
    """
    try:
        numbers = [float(edge) for edge in edges]
    except ValueError:
        return None
    if value is None or len(numbers) < 2:
        return None
    left = min(max(bisect_right(numbers, value) - 1, 0), len(numbers) - 2)
    width = numbers[left + 1] - numbers[left]
    share = min(max((value - numbers[left]) / width, 0.0), 1.0) if width else 0.0
    return left + share - (0.5 if isinstance(edges[0], float | int) else 0.0)


def _check(labels: Sequence[Label], series: Sequence[Series], links: Sequence[str | None]) -> None:
    if len(series) > MAX_SERIES:
        raise ValueError(f"{len(series)} series in one chart; at most {MAX_SERIES} can be told apart")
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"series {one.name!r} has {len(one.values)} values for {len(labels)} labels")
    if links and len(links) != len(labels):
        raise ValueError(f"{len(links)} links for {len(labels)} labels")


def _series(series: Series, values: Sequence[float | None]) -> dict[str, Any]:
    return {
        "name": series.name,
        "values": [_finite(v) for v in values],
        "dashed": series.dashed,
        "role": series.role,
        "tone": series.tone,
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _label(label: Label) -> str | int | float:
    return label.isoformat() if isinstance(label, date) else label


def _marks(labels: Sequence[Label], keep: Sequence[int], marks: Iterable[Event]) -> list[ChartData]:
    """Each mark at the kept point nearest to its label, so that thinning never drops an event."""
    index = {_label(label): i for i, label in enumerate(labels)}
    placed = []
    for label, text, *told in marks:
        if _label(label) not in index:
            raise ValueError(f"mark {text!r} stands at {label!r}, which is no label of the chart")
        at = min(range(len(keep)), key=lambda k: abs(keep[k] - index[_label(label)]))
        placed.append({"at": at, "label": text, "told": list(told[0]) if told else [text]})
    return placed


def _thinned(rows: Sequence[Sequence[float | None]], count: int) -> list[int]:
    """Indices to keep: per bucket the lowest and the highest point of the first series.

    Extremes are what a reader looks for, and a mean would hide them. Buckets without a value
    keep their first index, so that a gap stays a gap.
    """
    if count <= MAX_POINTS or not rows:
        return list(range(count))
    buckets = MAX_POINTS // 2
    keep: set[int] = {0, count - 1}
    for b in range(1, buckets - 1):
        inside = range(b * count // buckets, (b + 1) * count // buckets)
        values = {i: v for i in inside if (v := _finite(rows[0][i])) is not None}
        keep |= (
            {min(values, key=values.__getitem__), max(values, key=values.__getitem__)}
            if values
            else {inside[0]}
        )
    return sorted(keep)


def _shares(counts: Sequence[float]) -> list[float | None]:
    total = sum(counts)
    return [round(100 * n / total, 6) if total else None for n in counts]


def _short(edge: object) -> str:
    return compact(edge) if isinstance(edge, int | float) else str(edge)
