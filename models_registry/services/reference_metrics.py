"""How good a version is on its reference rows: what the performance of windows is held against."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from models_registry.enums import PerformanceKind
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.estimators import LEAST_ROWS, estimator_of
from models_registry.services.metrics import measured
from models_registry.services.reference_rows import read_reference_rows


def reference_metrics(version: ModelVersion) -> Mapping[str, dict[str, Any]]:
    """Realised and estimated metrics with ``rows`` and ``intervals``, by kind; empty without enough truth."""
    kept = version.reference_rows
    return _measured(kept["name"], version) if kept.get("labelled", 0) >= LEAST_ROWS else {}


@lru_cache(maxsize=16)  # a version never changes, and the bootstrap takes a second
def _measured(name: str, version: ModelVersion) -> Mapping[str, dict[str, Any]]:
    try:
        kept = read_reference_rows(version)
    except OSError:
        return {}
    rows, chances = kept.outcomes(), kept.chances()
    metrics, intervals = measured(Signature.from_dict(version.signature), rows)
    found = {str(PerformanceKind.REALISED): {**metrics, "rows": len(rows), "intervals": intervals}}
    estimator = estimator_of(version)
    features = [dict(zip(kept.columns, row, strict=True)) for row in zip(*kept.columns.values(), strict=True)]
    answered = list(zip(kept.predictions, chances, features, strict=True))
    estimate = estimator.estimate(answered) if estimator else None
    if estimate is not None:
        told = {**estimate.metrics, "rows": estimate.rows, "intervals": dict(estimate.intervals)}
        found[str(PerformanceKind.ESTIMATED)] = told
    return found
