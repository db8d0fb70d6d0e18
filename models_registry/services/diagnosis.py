"""Where a window's predictions were right and wrong, from the rows whose truth is known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine.performance import Confusion, calibration_curve, lift
from models_registry.enums import Task
from models_registry.formats.signature import Feature, Signature
from models_registry.services.metrics import Row, answers_of, metrics_of_rows
from models_registry.services.own_metrics import Chosen, own_metrics

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
RESIDUAL_BINS = 24
TAIL = 0.01  # residuals beyond it on each side are counted in the last bins
MOST_SEGMENTS = 8
MOST_FEATURES = 30
LEAST_ROWS = 10

Features = Sequence[Mapping[str, Any]]


def diagnosis(signature: Signature, rows: Sequence[Row]) -> dict[str, Any]:
    """JSON-ready. Of a classifier ``confusion``, and ``calibration`` and ``lift`` where it gives chances.

    Those are of the second of two classes, and of the class that was answered where there are more.
    Of numbers ``residuals``: how many predictions were off by how much.
    """
    if not signature.classes:
        return {"residuals": _residuals(rows)}
    actuals, said = [row[0] for row in rows], [row[1] for row in rows]
    counted = Confusion.of(actuals, said, signature.classes)
    found: dict[str, Any] = {
        "confusion": {"classes": list(counted.classes), "counts": counted.counts.astype(int).tolist()}
    }
    if all(chances is not None for *_, chances in rows):
        found |= _chances(signature.classes, rows)
    return found


def confusion_of(details: Mapping[str, Any]) -> Confusion | None:
    """The table kept by ``diagnosis``; None for a regression or an older measurement."""
    kept = details.get("confusion")
    return kept and Confusion(tuple(kept["classes"]), np.array(kept["counts"], dtype=np.float64))


def _chances(classes: Sequence[str], rows: Sequence[Row]) -> dict[str, Any]:
    if len(classes) == 2:
        of = classes[1]
        happened = np.array([actual == of for actual, *_ in rows], dtype=np.float64)
        chance = np.array([odds[of] for *_, odds in rows if odds is not None], dtype=np.float64)
    else:
        of = ""
        happened = np.array([actual == said for actual, said, _ in rows], dtype=np.float64)
        chance = np.array([odds[said] for _, said, odds in rows if odds is not None], dtype=np.float64)
    curve = calibration_curve(happened, chance)
    gains = [(share, lift(happened, chance, share=share)) for share in SHARES]
    return {
        "calibration": {
            "of": of,
            "said": list(curve.said),
            "happened": list(curve.happened),
            "rows": list(curve.rows),
            "error": curve.error,
        },
        "lift": [{"share": share, "lift": gain} for share, gain in gains if gain is not None],
    }


def _residuals(rows: Sequence[Row]) -> dict[str, list[Any]]:
    error = np.array([said - actual for actual, said, _ in rows], dtype=np.float64)
    low, high = np.quantile(error, [TAIL, 1 - TAIL])
    edges = np.linspace(low, high if high > low else low + 1.0, RESIDUAL_BINS + 1)
    counts, _ = np.histogram(np.clip(error, edges[0], edges[-1]), bins=edges)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def delays(times: Iterable[tuple[datetime, datetime | None]]) -> dict[str, float]:
    """How long the truth took, of (asked, came): median and what 19 of 20 do not exceed, in seconds."""
    seconds = [(came - asked).total_seconds() for asked, came in times if came is not None]
    median, most = np.quantile(seconds, [0.5, 0.95])
    return {"median_seconds": float(median), "p95_seconds": float(most)}


def segments(
    signature: Signature,
    weights: Mapping[str, float],
    features: Features,
    rows: Sequence[Row],
    chosen: Sequence[Chosen] = (),
) -> dict[str, list[dict[str, Any]]]:
    """The main metric, and ``chosen`` ones, by segment of each feature, of at most the 30 that weigh most.

    A segment is one of the seven most frequent texts or the others, or a quarter of the numbers; one with
    fewer than ten rows tells nothing and is left out, and so is a metric that it does not define.
    """
    weightiest = sorted(signature.features, key=lambda feature: -weights.get(feature.name, 0.0))
    found = {}
    for feature in weightiest[:MOST_FEATURES]:
        names, belongs = parted(feature, [row.get(feature.name) for row in features])
        places = [np.flatnonzero(belongs == k).tolist() for k in range(len(names))]
        parts = [
            _segment(signature, name, [rows[place] for place in found_at], chosen)
            for name, found_at in zip(names, places, strict=True)
        ]
        found[feature.name] = [part for part in parts if part is not None]
    return {name: parts for name, parts in found.items() if len(parts) > 1}


def _segment(
    signature: Signature, name: str, rows: Sequence[Row], chosen: Sequence[Chosen]
) -> dict[str, Any] | None:
    if len(rows) < LEAST_ROWS:
        return None
    metrics = metrics_of_rows(signature, rows)
    task = Task.CLASSIFICATION if signature.classes else Task.REGRESSION
    # In a segment one class may be all there is, which leaves the main metric undefined.
    metric = task.main_metric if task.main_metric in metrics else "accuracy"
    told = {"segment": name, "rows": len(rows), "metric": metric, "value": metrics[metric]}
    return told | {"own": own_metrics(chosen, answers_of(signature, rows))} if chosen else told


def parted(feature: Feature, values: Sequence[Any]) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the parts, and the part of each value."""
    if feature.type.is_numeric:
        return _quarters(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    texts = np.array(["missing" if v is None else str(v) for v in values])
    seen, place, counts = np.unique(texts, return_inverse=True, return_counts=True)
    if seen.size <= MOST_SEGMENTS:
        return seen.tolist(), place
    frequent = np.argsort(-counts, kind="stable")[: MOST_SEGMENTS - 1]
    part = np.full(seen.size, MOST_SEGMENTS - 1)
    part[frequent] = np.arange(MOST_SEGMENTS - 1)
    return [*seen[frequent].tolist(), "all others"], part[place]


def _quarters(numbers: NDArray[np.float64]) -> tuple[list[str], NDArray[np.intp]]:
    known = numbers[~np.isnan(numbers)]
    if not known.size:
        return ["missing"], np.zeros(numbers.size, dtype=np.intp)
    cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    part = np.where(np.isnan(numbers), cuts.size + 1, np.searchsorted(cuts, numbers, side="left"))
    ends = [f"{cut:.4g}" for cut in cuts]
    names = [
        f"up to {ends[0]}",
        *(f"{a} to {b}" for a, b in pairwise(ends)),
        f"above {ends[-1]}",
    ]
    return [*names, "missing"], part
