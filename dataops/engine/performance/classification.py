"""How good predicted labels were, once the truth is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dataops.engine.performance.labels import Floats, Labels, codes, positions
from dataops.engine.performance.measures import by_class, confusion_matrix
from dataops.engine.performance.rows import require_rows
from dataops.engine.performance.scored import Scored


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

    Always: ``accuracy``, ``balanced_accuracy`` (mean recall of the classes that occurred), and precision,
    recall and F1 as ``..._macro`` (mean over the classes) and ``..._weighted`` (by how often each occurred);
    a class never predicted has precision 0.
    With two classes also ``precision``, ``recall`` and ``f1`` of the second, the positive one.
    With probabilities ``log_loss`` (nats), ``brier`` (mean squared error; of the positive class when
    there are two, else summed over classes: 0..2), ``roc_auc`` and ``pr_auc``, the average precision (one
    class against the rest, averaged over the classes).

    Raises ValueError when there are no rows or the shapes do not fit.

    >>> classification(["no", "yes", "yes", "no"], ["no", "yes", "no", "no"])["accuracy"]
    0.75
    """
    return Scored.of(actual, predicted, probabilities, classes).metrics()


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows by actual and predicted class.

    ``counts[i, j]`` are the rows of class i that were taken for class j, shape (n_classes, n_classes).
    """

    classes: tuple[str, ...]
    counts: Floats

    @classmethod
    def of(cls, actual: Labels, predicted: Labels, classes: Labels | None = None) -> "Confusion":
        """Count the rows; raises ValueError when there are none or the lengths differ.

        >>> Confusion.of(["a", "b", "b"], ["a", "a", "b"]).counts.tolist()
        [[1.0, 0.0], [1.0, 1.0]]
        """
        known = positions(classes, actual, predicted)
        truth, guess = codes(actual, known), codes(predicted, known)
        require_rows(truth, guess)
        return cls(tuple(map(str, known)), confusion_matrix(np.eye(len(known))[truth], guess))

    def by_class(self) -> list[dict[str, float | str]]:
        """``class``, ``precision``, ``recall``, ``f1`` and ``support`` (rows) of each class, in order."""
        found = by_class(self.counts)
        return [
            {"class": name} | {key: float(values[i]) for key, values in found.items()}
            for i, name in enumerate(self.classes)
        ]

    def cost(self, costs: Floats) -> float:
        """Mean cost of a row under ``costs[i, j]`` for taking class i for class j, in the unit of the costs.

        Raises ValueError when the costs are not one for each pair of classes.

        >>> Confusion.of(["a", "b"], ["b", "b"]).cost(np.array([[0.0, 10.0], [1.0, 0.0]]))
        5.0
        """
        if costs.shape != self.counts.shape:
            raise ValueError(
                f"costs have shape {costs.shape}, expected {self.counts.shape}: actual by predicted"
            )
        return float((self.counts * costs).sum() / self.counts.sum())
