"""Where drift comes from: the segments of other columns in which a drifted column changed most."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.drift.counts import total_variation, total_variation_noise
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.models import ModelVersion
from models_registry.services.reference_rows import read_reference_rows
from models_registry.services.segments import parted
from models_registry.services.tables import PREDICTION

MOST_DRIFTED = 5
MOST_COLUMNS = 12
SHOWN_COLUMNS = 3
MOST_ROWS = 5_000
LEAST_ROWS = 30
CELLS = 10
SEED = 23

Values = Sequence[Any]


def affected_segments(
    version: ModelVersion, signature: Signature, window: pa.Table, drifted: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """By each of the first five drifted columns, the three columns whose segments differ most in its change.

    ``{"by": column, "segments": [{"segment", "rows_reference", "rows_current", "effect"}]}``, the most
    affected segment first. ``effect`` is the share of rows that moved to other values, less what chance
    moves. At most 5,000 rows of the window are looked at, beside the reference rows of the version; nothing
    without these.
    """
    if not drifted or not version.reference_rows:
        return {}
    try:
        kept = read_reference_rows(version)
    except OSError:
        return {}
    before = {**kept.columns, PREDICTION: kept.predictions}
    rows = np.sort(np.random.default_rng(SEED).permutation(window.num_rows)[:MOST_ROWS])
    after = window.take(pa.array(rows)).to_pydict()
    weights = version.importances
    others = sorted(signature.features, key=lambda feature: -weights.get(feature.name, 0.0))[:MOST_COLUMNS]
    found = {name: _by_column(name, signature, others, before, after) for name in drifted[:MOST_DRIFTED]}
    return {name: parts for name, parts in found.items() if parts}


def _by_column(
    name: str,
    signature: Signature,
    others: Sequence[Feature],
    before: Mapping[str, Values],
    after: Mapping[str, Values],
) -> list[dict[str, Any]]:
    cells = _cells(_feature(name, signature), [*before[name], *after[name]])
    is_current = np.arange(cells.size) >= len(before[name])
    told: list[dict[str, Any]] = []
    for other in others:
        if other.name == name:
            continue
        names, belongs = parted(other, [*before[other.name], *after[other.name]])
        parts = [_segment(label, cells, is_current, belongs == place) for place, label in enumerate(names)]
        known = sorted((part for part in parts if part), key=lambda part: -part["effect"])
        if len(known) > 1:
            told.append({"by": other.name, "segments": known})
    told.sort(key=lambda one: one["segments"][-1]["effect"] - one["segments"][0]["effect"])
    return told[:SHOWN_COLUMNS]


def _segment(
    label: str, cells: NDArray[np.intp], is_current: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> dict[str, Any] | None:
    """None where either side has too few rows to tell."""
    sides = [
        np.bincount(cells[inside & side], minlength=int(cells.max()) + 1)
        for side in (~is_current, is_current)
    ]
    rows = [int(side.sum()) for side in sides]
    if min(rows) < LEAST_ROWS:
        return None
    effect = max(total_variation(*sides) - total_variation_noise(*sides), 0.0)
    return {"segment": label, "rows_reference": rows[0], "rows_current": rows[1], "effect": effect}


def _cells(feature: Feature, values: Values) -> NDArray[np.intp]:
    """The tenth, or the value, that each row falls into; missing ones are a cell of their own."""
    if not feature.type.is_numeric:
        return np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    there = np.isfinite(numbers)
    cuts = np.unique(np.quantile(numbers[there], np.arange(1, CELLS) / CELLS)) if there.any() else numbers[:0]
    return np.where(there, np.searchsorted(cuts, numbers, side="right"), cuts.size + 1)


def _feature(name: str, signature: Signature) -> Feature:
    answer = FeatureType.TEXT if signature.classes else FeatureType.NUMBER
    return next((one for one in signature.features if one.name == name), Feature(name, answer))
