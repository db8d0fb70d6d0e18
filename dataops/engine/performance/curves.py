"""What the probabilities of a class are worth: how well calibrated they are, what picking by them gains."""

from dataclasses import dataclass

import numpy as np

from dataops.engine.performance.labels import Floats
from dataops.engine.performance.rows import require_rows

BINS = 10


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """Mean probability said, share that happened, and rows, of each of up to ten equal parts of the rows."""

    said: tuple[float, ...]
    happened: tuple[float, ...]
    rows: tuple[int, ...]

    @property
    def error(self) -> float:
        """Expected calibration error: mean |said - happened| over the rows, 0..1 (Naeini et al. 2015)."""
        gaps = np.abs(np.subtract(self.said, self.happened))
        return float(np.average(gaps, weights=self.rows))


def calibration_curve(happened: Floats, probability: Floats, *, bins: int = BINS) -> CalibrationCurve:
    """Rows sorted by probability and cut into ``bins`` parts of equal size; equal ones are never split.

    Both of shape (n_rows,), ``happened`` 0 or 1. Raises ValueError when there are no rows or lengths differ.

    >>> curve = calibration_curve(np.array([0.0, 1.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.9, 0.9]), bins=2)
    >>> curve.happened, round(curve.error, 2)
    ((0.5, 1.0), 0.2)
    """
    require_rows(happened, probability)
    _, inverse, counts = np.unique(probability, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / probability.size
    part = np.minimum((middle * bins).astype(np.intp), bins - 1)[inverse]
    used, place = np.unique(part, return_inverse=True)
    rows = np.bincount(place)
    return CalibrationCurve(
        tuple((np.bincount(place, weights=probability) / rows).tolist()),
        tuple((np.bincount(place, weights=happened) / rows).tolist()),
        tuple(rows.tolist()[: used.size]),
    )


def lift(happened: Floats, score: Floats, *, share: float = 0.1) -> float | None:
    """How many times likelier the ``share`` of rows scored highest are to have happened than all rows.

    Rows that tie at the cut count in proportion. None when nothing happened.

    >>> lift(np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.9, 0.2, 0.1, 0.1]), share=0.25)
    4.0
    """
    require_rows(happened, score)
    if not happened.sum():
        return None
    levels, inverse = np.unique(-score, return_inverse=True)
    rows = np.bincount(inverse, minlength=levels.size)
    hits = np.bincount(inverse, weights=happened, minlength=levels.size)
    picked = share * score.size
    taken = np.clip(picked - (np.cumsum(rows) - rows), 0, rows)
    return float((hits * taken / rows).sum() / picked / happened.mean())
