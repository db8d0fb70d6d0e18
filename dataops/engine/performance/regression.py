"""How far predicted numbers were from what really happened."""

import numpy as np
from numpy.typing import ArrayLike

from dataops.engine.performance.rows import require_rows


def regression(actual: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """Metrics of predicted numbers, shape (n_rows,), in the unit of the target unless said otherwise.

    ``mae``, ``rmse``, ``mse`` (unit squared), ``median_absolute_error``, ``max_error``, ``bias`` (mean
    of predicted less actual: positive when predictions are too high), ``r2`` (1 is perfect, 0 is
    as good as always saying the mean; left out when the truth never varies), ``mape`` (mean error as a
    fraction of the actual value; left out when one is 0) and ``smape`` (the same of the mean of both sizes,
    0..2; two zeros are no error).

    Raises ValueError when there are no rows, lengths differ or a number is not finite.

    >>> regression([1.0, 2.0, 3.0], [1.0, 2.0, 5.0])["mae"]
    0.6666666666666666
    """
    truth, guess = np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    require_rows(truth, guess)
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
    sizes = (np.abs(truth) + np.abs(guess)) / 2
    metrics["smape"] = float(np.mean(np.abs(error) / np.where(sizes > 0, sizes, 1.0)))
    if truth.all():
        metrics["mape"] = float(np.mean(np.abs(error / truth)))
    variance = float(np.var(truth))
    if variance:
        metrics["r2"] = 1 - squared / variance
    return metrics
