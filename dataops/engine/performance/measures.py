"""Metrics from how much of each row belongs to each class.

That is 0 or 1 where the truth is known, and the chance of it where it is estimated. All of these metrics are
made of sums over rows, so one and the same formula gives the realised value and the expected one.
"""

import numpy as np

from dataops.engine.performance.labels import Codes, Floats
from dataops.engine.performance.ranking import average_precision, roc_auc

# Probabilities of 0 would make one wrong row infinitely bad; scikit-learn clips at the same place.
SMALLEST_PROBABILITY = float(np.finfo(np.float64).eps)


def confusion_matrix(belongs: Floats, guess: Codes) -> Floats:
    """Rows by true class (first axis) and predicted class (second), shape (n_classes, n_classes).

    >>> confusion_matrix(np.array([[1.0, 0.0], [0.3, 0.7]]), np.array([0, 1])).tolist()
    [[1.0, 0.3], [0.0, 0.7]]
    """
    classes = belongs.shape[1]
    cells = np.zeros((classes, classes))
    np.add.at(cells.T, guess, belongs)
    return cells


def by_class(confusion: Floats) -> dict[str, Floats]:
    """Precision, recall, F1 and support of each class, shape (n_classes,); nothing over nothing is 0."""
    hits, occurred, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return {
        "precision": _ratio(hits, predicted),
        "recall": _ratio(hits, occurred),
        "f1": _ratio(2 * hits, occurred + predicted),
        "support": occurred,
    }


def label_metrics(confusion: Floats) -> dict[str, float]:
    """What follows from the confusion matrix alone."""
    found = by_class(confusion)
    occurred, seen = found["support"], (confusion.sum(axis=1) + confusion.sum(axis=0)) > 0
    metrics = {
        "accuracy": float(np.trace(confusion) / confusion.sum()),
        "balanced_accuracy": float(found["recall"][occurred > 0].mean()),
    }
    for name in ("precision", "recall", "f1"):
        metrics[f"{name}_macro"] = float(found[name][seen].mean())
        metrics[f"{name}_weighted"] = float((found[name] * occurred).sum() / occurred.sum())
    if len(occurred) == 2:
        metrics |= {name: float(found[name][1]) for name in ("precision", "recall", "f1")}
    return metrics


def probability_metrics(belongs: Floats, table: Floats) -> dict[str, float]:
    """What follows from the probabilities; both of shape (n_rows, n_classes)."""
    classes = table.shape[1]
    shown = [1] if classes == 2 else range(classes)
    # A label that the model does not know belongs to none of its classes and got no probability at all.
    unknown = 1.0 - belongs.sum(axis=1)
    surprise = -np.log(np.clip(table, SMALLEST_PROBABILITY, 1.0))
    squared = belongs * (1.0 - table) ** 2 + (1.0 - belongs) * table**2
    metrics = {
        "log_loss": float(((belongs * surprise).sum(axis=1) - unknown * np.log(SMALLEST_PROBABILITY)).mean()),
        "brier": float(squared[:, shown].sum(axis=1).mean()),
    }
    for name, measure in (("roc_auc", roc_auc), ("pr_auc", average_precision)):
        found = [measure(belongs[:, k], table[:, k]) for k in shown]
        defined = [area for area in found if area is not None]
        if len(defined) == len(found):
            metrics[name] = float(np.mean(defined))
    return metrics


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Elementwise division where nothing divided by nothing is 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
