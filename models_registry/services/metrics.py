"""The engine's metrics on the values of the prediction log."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine import performance
from dataops.engine.performance import Scored
from models_registry.formats.signature import Signature

Row = tuple[Any, Any, Mapping[str, float] | None]
Intervals = dict[str, tuple[float, float]]


def metrics_of(
    signature: Signature,
    actuals: Sequence[Any],
    predictions: Sequence[Any],
    probabilities: Sequence[Mapping[str, float]] | None,
) -> dict[str, float]:
    """Metrics by name, see ``dataops.engine.performance``; ``probabilities`` when every row has them."""
    if not signature.classes:
        return performance.regression(actuals, predictions)
    return _scored(signature, actuals, predictions, probabilities).metrics()


def metrics_of_rows(signature: Signature, rows: Sequence[Row]) -> dict[str, float]:
    """The same from logged rows of (actual, prediction, probabilities), at least one."""
    return metrics_of(signature, *_columns(rows))


def measured(signature: Signature, rows: Sequence[Row]) -> tuple[dict[str, float], Intervals]:
    """Metrics of logged rows, and by bootstrap how far off they may be for want of more rows."""
    actuals, predictions, probabilities = _columns(rows)
    if signature.classes:
        scored = _scored(signature, actuals, predictions, probabilities)
        return scored.metrics(), performance.bootstrap(scored.metrics, len(scored))
    truth, said = np.asarray(actuals, float), np.asarray(predictions, float)

    def measure(drawn: NDArray[np.intp]) -> dict[str, float]:
        return performance.regression(truth[drawn], said[drawn])

    return performance.regression(truth, said), performance.bootstrap(measure, truth.size)


def chance_table(signature: Signature, probabilities: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
    """Logged probabilities by row and class, shape (n_rows, n_classes)."""
    return np.array([[row.get(label, 0.0) for label in signature.classes] for row in probabilities], float)


def _columns(rows: Sequence[Row]) -> tuple[list[Any], list[Any], list[Mapping[str, float]] | None]:
    actuals, predictions, probabilities = (list(column) for column in zip(*rows, strict=True))
    return actuals, predictions, None if None in probabilities else probabilities


def _scored(
    signature: Signature,
    actuals: Sequence[Any],
    predictions: Sequence[Any],
    probabilities: Sequence[Mapping[str, float]] | None,
) -> Scored:
    table = chance_table(signature, probabilities) if probabilities else None
    return Scored.of(actuals, predictions, table, signature.classes)
