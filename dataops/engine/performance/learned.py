"""An estimate that learns from rows whose truth is known, and how far off it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.performance.estimate import (
    Calibration,
    chances,
    estimated_classification,
    estimated_regression,
)
from dataops.engine.performance.intervals import bootstrap
from dataops.engine.performance.labels import Labels, probability_table
from dataops.engine.performance.regression import regression
from dataops.engine.performance.scored import Scored

UNBOUNDED = ("log_loss", "brier")


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the realised metrics of ``rows`` rows fall from the estimated ones, 19 times of 20.

    ``ends`` holds (low, high) by metric, around 0.
    """

    rows: int
    ends: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, error: Mapping[str, float], ends: Mapping[str, tuple[float, float]], rows: int) -> Self:
        """From the ``error`` over all reference rows and the bootstrap interval of it."""
        around = {name: (low - error[name], high - error[name]) for name, (low, high) in ends.items()}
        return cls(rows, around)

    def around(self, metrics: Mapping[str, float], rows: int) -> dict[str, tuple[float, float]]:
        """Where chance among rows puts the truth of ``rows`` of them around their estimated ``metrics``.

        Both the window and the reference are samples, so their variances add up: that of a mean over n
        rows goes with 1 / n. That the same rows may have come to mean something else is not in it.
        """
        wider = float(np.sqrt(self.rows / max(rows, 1) + 1))
        return {
            name: (metrics[name] + wider * low, metrics[name] + wider * high)
            for name, (low, high) in self.ends.items()
            if name in metrics
        }


@dataclass(frozen=True, slots=True)
class ChanceEstimator:
    """CBPE of one model: calibrations learned from reference rows, see ``estimate``."""

    classes: tuple[str, ...]
    calibrations: tuple[Calibration, ...]
    spread: Spread

    @classmethod
    def learn(
        cls, actual: Labels, predicted: Labels, probabilities: ArrayLike, classes: tuple[str, ...]
    ) -> Self:
        """From rows whose truth is known; arguments and errors as of ``classification``."""
        known = Scored.of(actual, predicted, probabilities, classes)
        table = probability_table(probabilities, len(known), len(classes))
        learned = tuple(Calibration.of(known.belongs[:, k], table[:, k]) for k in range(len(classes)))
        expected = known.expecting(_padded(chances(table, learned), known.belongs.shape[1]))

        def error(rows: NDArray[np.intp] | None = None) -> dict[str, float]:
            came, said = known.metrics(rows), expected.metrics(rows)
            return {name: came[name] - said[name] for name in came.keys() & said.keys()}

        spread = Spread.of(error(), bootstrap(error, len(known)), len(known))
        return cls(classes, learned, spread)

    def metrics(self, predicted: Labels, probabilities: ArrayLike) -> dict[str, float]:
        """Expected metrics of rows whose truth nobody knows yet."""
        return estimated_classification(predicted, probabilities, self.classes, self.calibrations)

    def interval(self, metrics: Mapping[str, float], rows: int) -> dict[str, tuple[float, float]]:
        """``spread.around``, within what each metric can be at all."""
        return {
            name: (max(low, 0.0), high if name in UNBOUNDED else min(high, 1.0))
            for name, (low, high) in self.spread.around(metrics, rows).items()
        }


def _padded(table: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """With a column of zeros for each label that occurred but is no class of the model."""
    return np.pad(table, ((0, 0), (0, classes - table.shape[1])))


def loss_spread(
    actual: ArrayLike, predicted: ArrayLike, absolute_error: ArrayLike, squared_error: ArrayLike
) -> Spread:
    """The spread of DLE: from reference rows and the errors a loss model expected of them.

    All of shape (n_rows,). The loss model must not have seen the truth of the rows it speaks of, or the
    spread is too small. Raises ValueError when there are no rows or the lengths differ.
    """
    truth, said = np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    absolute, squared = np.asarray(absolute_error), np.asarray(squared_error)

    def error(rows: NDArray[np.intp]) -> dict[str, float]:
        came, expected = (
            regression(truth[rows], said[rows]),
            estimated_regression(absolute[rows], squared[rows]),
        )
        return {name: came[name] - value for name, value in expected.items()}

    return Spread.of(error(np.arange(truth.size)), bootstrap(error, truth.size), truth.size)
