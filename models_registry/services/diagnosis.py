"""Where a window's predictions were right and wrong, from the rows whose truth is known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from dataops.engine.performance import Confusion, calibration_curve, lift
from models_registry.formats.signature import Signature
from models_registry.services.metrics import Row, probabilities_told, with_chances

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
RESIDUAL_BINS = 24
TAIL = 0.01  # residuals beyond it on each side are counted in the last bins


def diagnosis(signature: Signature, rows: Sequence[Row]) -> dict[str, Any]:
    """JSON-ready. Of a classifier ``confusion``, and ``calibration`` and ``lift`` of the rows with chances;
    ``rows_with_probabilities`` says how many where they are not all.

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
    told = with_chances(rows)
    if told:
        found |= _chances(signature.classes, told)
    return found | probabilities_told(rows)


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
