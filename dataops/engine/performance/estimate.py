"""How good predictions are likely to be before anybody knows the truth.

CBPE, confidence-based performance estimation: if a calibrated probability says 0.8, eight of ten such rows
turn out so, and every metric has an expected value. DLE, direct loss estimation: a second model has learned
how wrong the first one is for such rows. Both are defined as NannyML documents them; CBPE also in arXiv
2401.08348. They take for granted that rows like these were seen before and still mean the same: concept
drift is what an estimate cannot see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.performance.curves import calibration_curve
from dataops.engine.performance.labels import Floats, Labels, codes, positions, probability_table
from dataops.engine.performance.measures import confusion_matrix, label_metrics, probability_metrics
from dataops.engine.performance.rows import require_rows

_FOLDS = 3
_OUTCOMES = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a probability as the model says it to how often that came true, straight between the knots.

    ``said`` rises strictly and ``happened`` never falls; both are in 0..1 and equally long. Without knots the
    probability stands as it is.
    """

    said: tuple[float, ...] = ()
    happened: tuple[float, ...] = ()

    @classmethod
    def of(cls, happened: Floats, probability: Floats) -> "Calibration":
        """Learn it from rows whose truth is known, ``happened`` 0 or 1, both of shape (n_rows,).

        Isotonic (Zadrozny & Elkan 2002), and only if the expected calibration error is more than chance makes
        of calibrated probabilities 19 times of 20, and comes down when each third of the rows is mapped by
        what the others teach; a map that does not help adds noise.
        Raises ValueError when there are no rows or the lengths differ.
        """
        require_rows(happened, probability)
        error = _error(happened, probability)
        if error <= _error_by_chance(probability):
            return cls()
        mapped = np.empty(happened.size)
        for tested, rest in _thirds(happened.size):
            learned = cls._isotonic(happened[rest], probability[rest])
            mapped[tested] = learned(probability[tested])
        helps = _error(happened, mapped) < error
        return cls._isotonic(happened, probability) if helps else cls()

    @classmethod
    def _isotonic(cls, happened: Floats, probability: Floats) -> "Calibration":
        # Imported when it is needed: it takes long, and few processes ever do.
        from scipy.optimize import isotonic_regression

        levels, inverse, counts = np.unique(probability, return_inverse=True, return_counts=True)
        share = np.bincount(inverse, weights=happened) / counts
        fitted = np.clip(isotonic_regression(share, weights=counts).x, 0.0, 1.0)
        # Only where the line bends: a flat step needs its two ends.
        inner = (np.diff(fitted, prepend=-1.0) != 0) | (np.diff(fitted, append=2.0) != 0)
        return cls(tuple(levels[inner].tolist()), tuple(fitted[inner].tolist()))

    def __call__(self, probability: Floats) -> Floats:
        return np.interp(probability, self.said, self.happened) if self.said else probability


def _thirds(rows: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Each third of the rows, by lot, and the others; none when there are too few to tell."""
    order = np.random.default_rng(0).permutation(rows)
    for third in np.array_split(order, _FOLDS):
        if third.size:
            yield third, np.setdiff1d(order, third)


def _error_by_chance(probability: Floats) -> float:
    """The largest error of 20 outcomes that the probabilities foretell exactly."""
    chance = np.random.default_rng(0)
    outcomes = (chance.random(probability.size) < probability for _ in range(_OUTCOMES))
    return max(_error(outcome.astype(np.float64), probability) for outcome in outcomes)


def _error(happened: Floats, probability: Floats) -> float:
    return calibration_curve(happened, probability).error


def estimated_classification(
    predicted: Labels,
    probabilities: ArrayLike,
    classes: Labels,
    calibrations: Sequence[Calibration] = (),
) -> dict[str, float]:
    """Expected metrics of predicted labels, under the names of ``classification``.

    ``predicted`` are labels among ``classes``, shape (n_rows,), ``probabilities`` of shape (n_rows,
    n_classes) in the order of ``classes``, or (n_rows,) of the second of two. ``calibrations`` are one a
    class, or none
    when the probabilities are calibrated. Raises ValueError when there are no rows or the shapes do not
    fit, KeyError for a label that is no class.

    >>> estimated_classification(["yes", "no"], [0.75, 0.25], ["no", "yes"])["accuracy"]
    0.75
    """
    known = positions(classes)
    guess = codes(predicted, known)
    table = probability_table(probabilities, guess.size, len(known))
    require_rows(guess, table[:, 0])
    chance = chances(table, calibrations)
    return label_metrics(confusion_matrix(chance, guess)) | probability_metrics(chance, table)


def chances(table: Floats, calibrations: Sequence[Calibration]) -> Floats:
    """Calibrated probabilities, made to sum to 1 over the classes as chances of one outcome must.

    ``table`` and the result have the shape (n_rows, n_classes).
    """
    if not calibrations:
        return np.asarray(table / table.sum(axis=1, keepdims=True))
    if len(calibrations) != table.shape[1]:
        raise ValueError(f"{len(calibrations)} calibrations for {table.shape[1]} classes; give one a class")
    if table.shape[1] == 2:
        positive = calibrations[1](table[:, 1])
        return np.column_stack([1.0 - positive, positive])
    calibrated = np.column_stack([one(table[:, k]) for k, one in enumerate(calibrations)])
    total = calibrated.sum(axis=1, keepdims=True)
    return np.where(total > 0, calibrated / np.where(total > 0, total, 1.0), 1.0 / table.shape[1])


def estimated_regression(absolute_error: ArrayLike, squared_error: ArrayLike) -> dict[str, float]:
    """Expected ``mae``, ``mse`` and ``rmse`` from the errors that a loss model expects of each row.

    Both have shape (n_rows,); ``absolute_error`` is in the unit of the target, ``squared_error`` in its
    square. An error expected below 0 counts as 0. Raises ValueError when there are no rows or the lengths
    differ.

    >>> estimated_regression([1.0, 3.0], [1.0, 9.0])["mae"]
    2.0
    """
    absolute = np.clip(np.asarray(absolute_error, dtype=np.float64), 0.0, None)
    squared = np.clip(np.asarray(squared_error, dtype=np.float64), 0.0, None)
    require_rows(absolute, squared)
    mean = float(squared.mean())
    return {"mae": float(absolute.mean()), "mse": mean, "rmse": float(np.sqrt(mean))}
