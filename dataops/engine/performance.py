"""How good predictions were, once the truth is known.

Every metric is a finite float under a stable name. One that the data does not define (ROC AUC when
only one class occurred, R² when the truth never varies) is left out rather than given a made-up value.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Labels = Sequence[Hashable] | NDArray[Any]

# Probabilities of 0 would make one wrong row infinitely bad; scikit-learn clips at the same place.
_SMALLEST_PROBABILITY = float(np.finfo(np.float64).eps)


def classification(
    actual: Labels,
    predicted: Labels,
    probabilities: ArrayLike | None = None,
    classes: Labels | None = None,
) -> dict[str, float]:
    """Metrics of predicted labels, and of their probabilities when these are given.

    ``actual`` and ``predicted`` are labels, shape (n_rows,). ``probabilities`` has shape
    (n_rows, n_classes) with columns in the order of ``classes`` (needed with it), or (n_rows,) holding
    the probability of the second of two classes. Without ``classes``, the labels seen, sorted.

    Always: ``accuracy``, ``balanced_accuracy`` (mean recall of the classes that occurred),
    ``precision_macro``, ``recall_macro`` and ``f1_macro``; a class never predicted has precision 0.
    With two classes also ``precision``, ``recall`` and ``f1`` of the second, the positive one.
    With probabilities ``log_loss`` (nats), ``brier`` (mean squared error; of the positive class when
    there are two, else summed over classes: 0..2) and ``roc_auc`` (one class against the rest,
    averaged over the classes).

    Raises ValueError when there are no rows or the shapes do not fit.

    >>> classification(["no", "yes", "yes", "no"], ["no", "yes", "no", "no"])["accuracy"]
    0.75
    """
    known = _classes(actual, predicted, classes)
    truth, guess = _codes(actual, known), _codes(predicted, known)
    _require_rows(truth, guess)
    metrics = _label_metrics(_confusion(truth, guess, len(known)))
    if probabilities is not None:
        if classes is None:
            raise ValueError("probabilities need classes: the labels their columns stand for, in order")
        metrics |= _probability_metrics(truth, _probability_table(probabilities, len(truth), len(classes)))
    return metrics


def regression(actual: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """Metrics of predicted numbers, shape (n_rows,), in the unit of the target unless said otherwise.

    ``mae``, ``rmse``, ``mse`` (unit squared), ``median_absolute_error``, ``max_error``, ``bias`` (mean
    of predicted less actual: positive when predictions are too high), and ``r2`` (1 is perfect, 0 is
    as good as always saying the mean; left out when the truth never varies).

    Raises ValueError when there are no rows, lengths differ or a number is not finite.

    >>> regression([1.0, 2.0, 3.0], [1.0, 2.0, 5.0])["mae"]
    0.6666666666666666
    """
    truth, guess = np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    _require_rows(truth, guess)
    error = guess - truth
    if not np.isfinite(error).all():
        row = int(np.flatnonzero(~np.isfinite(error))[0])
        raise ValueError(
            f"row {row}: actual {truth[row]}, predicted {guess[row]}; leave out rows without both"
        )
    squared = float(np.mean(error**2))
    metrics = {
        "mae": float(np.mean(np.abs(error))),
        "rmse": float(np.sqrt(squared)),
        "mse": squared,
        "median_absolute_error": float(np.median(np.abs(error))),
        "max_error": float(np.abs(error).max()),
        "bias": float(np.mean(error)),
    }
    variance = float(np.var(truth))
    if variance:
        metrics["r2"] = 1 - squared / variance
    return metrics


def _classes(actual: Labels, predicted: Labels, given: Labels | None) -> dict[Hashable, int]:
    """Position of every class: the given ones in their order, then others that occur, sorted."""
    ordered = list(dict.fromkeys(_plain(given))) if given is not None else []
    seen = {*_plain(actual), *_plain(predicted)} - set(ordered)
    try:
        others = sorted(seen)  # type: ignore[type-var]
    except TypeError:
        others = sorted(seen, key=str)
    return {label: position for position, label in enumerate([*ordered, *others])}


def _plain(labels: Labels) -> list[Hashable]:
    """Python values, so that 1, np.int64(1) and 1.0 are one class."""
    return (
        list(labels.tolist()) if isinstance(labels, np.ndarray) else [_unwrapped(label) for label in labels]
    )


def _unwrapped(label: Hashable) -> Hashable:
    return label.item() if isinstance(label, np.generic) else label


def _codes(labels: Labels, known: dict[Hashable, int]) -> NDArray[np.intp]:
    return np.array([known[label] for label in _plain(labels)], dtype=np.intp)


def _require_rows(truth: NDArray[Any], guess: NDArray[Any]) -> None:
    if truth.shape != guess.shape or truth.ndim != 1:
        raise ValueError(f"actual has shape {truth.shape}, predicted {guess.shape}; give one of each per row")
    if not truth.size:
        raise ValueError("no rows: metrics need at least one prediction with its actual value")


def _confusion(truth: NDArray[np.intp], guess: NDArray[np.intp], classes: int) -> Floats:
    """Rows by actual class (first axis) and predicted class (second), shape (classes, classes)."""
    cells = np.bincount(truth * classes + guess, minlength=classes**2)
    return cells.reshape(classes, classes).astype(np.float64)


def _label_metrics(confusion: Floats) -> dict[str, float]:
    hits, occurred, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    recall, precision = _ratio(hits, occurred), _ratio(hits, predicted)
    f1 = _ratio(2 * hits, occurred + predicted)
    seen = (occurred + predicted) > 0
    metrics = {
        "accuracy": float(hits.sum() / confusion.sum()),
        "balanced_accuracy": float(recall[occurred > 0].mean()),
        "precision_macro": float(precision[seen].mean()),
        "recall_macro": float(recall[seen].mean()),
        "f1_macro": float(f1[seen].mean()),
    }
    if len(hits) == 2:
        metrics |= {"precision": float(precision[1]), "recall": float(recall[1]), "f1": float(f1[1])}
    return metrics


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Elementwise division where nothing divided by nothing is 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def _probability_table(probabilities: ArrayLike, rows: int, classes: int) -> Floats:
    """Probabilities by row and class, shape (rows, classes)."""
    table = np.asarray(probabilities, dtype=np.float64)
    if table.ndim == 1 and classes == 2:
        table = np.column_stack([1 - table, table])
    if table.shape != (rows, classes):
        raise ValueError(
            f"probabilities have shape {table.shape}, expected {(rows, classes)}: rows by classes"
        )
    if not ((table >= 0) & (table <= 1)).all():
        raise ValueError("probabilities must be numbers from 0 to 1")
    return table


def _probability_metrics(truth: NDArray[np.intp], table: Floats) -> dict[str, float]:
    classes = table.shape[1]
    # A label that the model does not know got no probability at all.
    of_truth = np.where(truth < classes, table[np.arange(truth.size), np.minimum(truth, classes - 1)], 0.0)
    indicator = truth[:, None] == np.arange(classes)
    squared = (table - indicator) ** 2
    metrics = {
        "log_loss": float(-np.log(np.clip(of_truth, _SMALLEST_PROBABILITY, 1.0)).mean()),
        "brier": float(squared[:, 1].mean() if classes == 2 else squared.sum(axis=1).mean()),
    }
    areas = [_roc_auc(indicator[:, k], table[:, k]) for k in ([1] if classes == 2 else range(classes))]
    defined = [area for area in areas if area is not None]
    if defined and len(defined) == len(areas):
        metrics["roc_auc"] = float(np.mean(defined))
    return metrics


def _roc_auc(positive: NDArray[np.bool_], score: Floats) -> float | None:
    """Chance that a positive row scores higher than a negative one, ties counting half.

    From the mean rank of the positives (Mann & Whitney 1947); None when one side has no rows.
    """
    positives = int(positive.sum())
    negatives = positive.size - positives
    if not positives or not negatives:
        return None
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(mean_rank[inverse][positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)
