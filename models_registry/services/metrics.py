"""The engine's metrics on the values of the prediction log."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine import performance
from dataops.engine.performance import Scored
from models_registry.formats.signature import Signature
from models_registry.measures import Answers
from models_registry.services.own_metrics import Chosen, own_metrics

Row = tuple[Any, Any, Mapping[str, float] | None]
OF_PROBABILITIES = frozenset({"log_loss", "brier", "roc_auc", "pr_auc"})
LEAST_TOLD = 30
"""Fewer rows with probabilities tell nothing where others have none: of two rows ROC AUC is 0 or 1."""
Chances = Sequence[Mapping[str, float] | None]
Intervals = dict[str, tuple[float, float]]


def metrics_of(
    signature: Signature,
    actuals: Sequence[Any],
    predictions: Sequence[Any],
    probabilities: Chances | None,
) -> dict[str, float]:
    """Metrics by name, see ``dataops.engine.performance``; those of ``probabilities`` are of the rows that
    have them."""
    if not signature.classes:
        return performance.regression(actuals, predictions)
    return _scored(signature, actuals, predictions, probabilities).metrics()


def metrics_of_rows(signature: Signature, rows: Sequence[Row]) -> dict[str, float]:
    """The same from logged rows of (actual, prediction, probabilities), at least one."""
    return metrics_of(signature, *_columns(rows))


def measured(
    signature: Signature, rows: Sequence[Row], chosen: Sequence[Chosen] = ()
) -> tuple[dict[str, float], Intervals]:
    """Metrics of logged rows, and by bootstrap how far off they may be for want of more rows.

    ``chosen`` are measured beside the built-in ones, which keep their names.
    """
    answers = answers_of(signature, rows)
    built_in = _built_in(signature, rows, answers)

    def measure(drawn: NDArray[np.intp]) -> dict[str, float]:
        own = own_metrics(chosen, answers.at(drawn)) if chosen else {}
        return own | built_in(drawn)

    return measure(np.arange(len(answers))), performance.bootstrap(measure, len(answers))


def _built_in(
    signature: Signature, rows: Sequence[Row], answers: Answers
) -> Callable[[NDArray[np.intp]], dict[str, float]]:
    """Measures the rows at some positions."""
    if signature.classes:
        return _scored(signature, *_columns(rows)).metrics
    return lambda drawn: performance.regression(answers.actual[drawn], answers.predicted[drawn])


def answers_of(signature: Signature, rows: Sequence[Row]) -> Answers:
    """The rows as metrics of plug-ins are given them."""
    actuals, predictions, probabilities = _columns(rows)
    if not signature.classes:
        return Answers(np.asarray(actuals, float), np.asarray(predictions, float), None)
    table = None if None in probabilities else chance_table(signature, probabilities)
    truth, said = (np.array([str(label) for label in labels]) for labels in (actuals, predictions))
    return Answers(truth, said, table, tuple(signature.classes))


def chance_table(signature: Signature, probabilities: Chances) -> NDArray[np.float64]:
    """Logged probabilities by row and class, shape (n_rows, n_classes); 0 in rows that have none."""
    return np.array(
        [[(row or {}).get(label, 0.0) for label in signature.classes] for row in probabilities], float
    )


def with_chances(rows: Sequence[Row]) -> list[Row]:
    """Those that have probabilities: logged ones may come without. None of a few among many."""
    told = [row for row in rows if row[2] is not None]
    return told if _stand_for(len(told), len(rows)) else []


def _stand_for(told: int, rows: int) -> bool:
    return told >= min(LEAST_TOLD, rows)


def probabilities_told(rows: Sequence[Row]) -> dict[str, int]:
    """``rows_with_probabilities`` where some rows have them and some do not, else nothing."""
    told = len(with_chances(rows))
    return {"rows_with_probabilities": told} if 0 < told < len(rows) else {}


def _columns(rows: Sequence[Row]) -> tuple[list[Any], list[Any], list[Mapping[str, float] | None]]:
    actuals, predictions, probabilities = (list(column) for column in zip(*rows, strict=True))
    return actuals, predictions, probabilities


def _scored(
    signature: Signature,
    actuals: Sequence[Any],
    predictions: Sequence[Any],
    probabilities: Chances | None,
) -> Scored:
    given = np.array([row is not None for row in probabilities or ()], bool)
    given &= _stand_for(int(given.sum()), len(given))
    table = chance_table(signature, probabilities) if probabilities and given.any() else None
    return Scored.of(actuals, predictions, table, signature.classes, None if given.all() else given)
