"""Values far outside the middle half of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dataops.engine.profile.quantiles import Quantiles
from dataops.engine.profile.ranked import Ranked

OUTSIDE = 1.5
FAR_OUT = 3.0


@dataclass(frozen=True, slots=True)
class Outliers:
    """How many finite values lie beyond Tukey's fences Q1 - k IQR and Q3 + k IQR (Tukey 1977).

    A value on a fence is inside. k = 1.5 marks what is "outside", k = 3 what is "far out"; on real
    skewed columns the former flags a tenth of all rows, so alerts are made from the latter.
    """

    k: float
    lower: float
    upper: float
    count: int

    @classmethod
    def of(
        cls, quantiles: Quantiles, values: ArrayLike, counts: ArrayLike, k: float = OUTSIDE
    ) -> Outliers | None:
        """Outliers among ``values``, each taken ``counts`` times.

        None when the middle half of the column is one value (IQR = 0): the fences would collapse
        onto it and call every other value an outlier.
        """
        return cls.of_ranked(quantiles, Ranked.of(values, counts), k)

    @classmethod
    def of_ranked(cls, quantiles: Quantiles, column: Ranked, k: float = OUTSIDE) -> Outliers | None:
        """The same of a column in order."""
        low, high = quantiles.at(0.25), quantiles.at(0.75)
        reach = k * (high - low)
        if not reach > 0 or not np.isfinite(reach):
            return None
        inside = int(column.up_to(high + reach) - column.below(low - reach))
        return cls(k, low - reach, high + reach, column.total - inside)
