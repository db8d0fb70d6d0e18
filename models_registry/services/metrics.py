"""The engine's metrics on the values of the prediction log."""

from collections.abc import Sequence
from typing import Any

from dataops.engine import performance
from models_registry.formats.signature import Signature


def metrics_of(
    signature: Signature,
    actuals: Sequence[Any],
    predictions: Sequence[Any],
    probabilities: Sequence[dict[str, float]] | None,
) -> dict[str, float]:
    """Metrics by name, see ``dataops.engine.performance``; ``probabilities`` when every row has them."""
    if not signature.classes:
        return performance.regression(actuals, predictions)
    table = [[row.get(label, 0.0) for label in signature.classes] for row in probabilities or ()]
    return performance.classification(actuals, predictions, table or None, signature.classes)


def metrics_of_rows(
    signature: Signature, rows: Sequence[tuple[Any, Any, dict[str, float] | None]]
) -> dict[str, float]:
    """The same from logged rows of (actual, prediction, probabilities), at least one."""
    actuals, predictions, probabilities = (list(column) for column in zip(*rows, strict=True))
    return metrics_of(signature, actuals, predictions, None if None in probabilities else probabilities)
