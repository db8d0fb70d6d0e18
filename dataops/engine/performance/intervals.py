"""How far a metric may be off because only so many rows were measured."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

REPEATS = 200
ROWS = 10_000
_SEED = 20

Measure = Callable[[NDArray[np.intp]], Mapping[str, float]]


def bootstrap(
    measure: Measure, rows: int, *, level: float = 0.95, repeats: int = REPEATS
) -> dict[str, tuple[float, float]]:
    """Interval of each metric, (low, high), from the spread of ``measure`` over rows drawn anew.

    ``measure`` is given positions of rows, with repetition, and returns metrics by name; one that some draw
    leaves undefined has no interval. Of more than 10,000 rows so many are drawn and the spread is scaled
    down by the root of their share, which the metrics, being means over rows, obey to first order: the cost
    is then the same for any number. The draws are the same each time. Percentile interval; Efron 1979, and
    for the scaling Bickel, Götze & van Zwet 1997 (m out of n).

    Raises ValueError when there are no rows.
    """
    if rows < 1:
        raise ValueError("no rows: an interval needs at least one prediction with its actual value")
    chance = np.random.default_rng(_SEED)
    drawn = min(rows, ROWS)
    whole = measure(np.arange(rows))
    found: dict[str, list[float]] = {name: [] for name in whole}
    for _ in range(repeats):
        again = measure(chance.integers(0, rows, drawn))
        for name, value in again.items():
            found.setdefault(name, []).append(value)
    shrunk = (drawn / rows) ** 0.5
    tails = ((1 - level) / 2, (1 + level) / 2)
    return {
        name: _interval(whole[name], np.quantile(values, tails), shrunk)
        for name, values in found.items()
        if name in whole and len(values) == repeats
    }


def _interval(value: float, quantiles: NDArray[np.float64], shrunk: float) -> tuple[float, float]:
    low, high = value + (quantiles - value) * shrunk
    return float(low), float(high)
