"""How good predictions were, and how good they are likely to be before the truth is known.

Every metric is a finite float under a stable name. One that the data does not define (ROC AUC when
only one class occurred, R² when the truth never varies) is left out rather than given a made-up value.
"""

from dataops.engine.performance.classification import Confusion, classification
from dataops.engine.performance.curves import CalibrationCurve, calibration_curve, lift
from dataops.engine.performance.estimate import (
    Calibration,
    estimated_classification,
    estimated_regression,
)
from dataops.engine.performance.intervals import bootstrap
from dataops.engine.performance.learned import ChanceEstimator, Spread, loss_spread
from dataops.engine.performance.regression import regression
from dataops.engine.performance.resampled import drawn_auc, drawn_interval, drawn_means, draws
from dataops.engine.performance.scored import Scored

__all__ = [
    "Calibration",
    "CalibrationCurve",
    "ChanceEstimator",
    "Confusion",
    "Scored",
    "Spread",
    "bootstrap",
    "calibration_curve",
    "classification",
    "drawn_auc",
    "drawn_interval",
    "drawn_means",
    "draws",
    "estimated_classification",
    "estimated_regression",
    "lift",
    "loss_spread",
    "regression",
]
