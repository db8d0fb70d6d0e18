"""How good predictions were."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

METRICS = (
    Explanation(
        "metric-roc-auc",
        _("ROC AUC"),
        _(
            "How likely a row of the class gets a higher probability than one of another class. 0.5 is "
            "guessing, 1 is perfect order."
        ),
        _("P(p of a hit > p of a miss) + ½ P(equal)"),
        "Hanley & McNeil 1982.",
    ),
    Explanation(
        "metric-mae",
        _("MAE"),
        _("Mean absolute error: by how much a prediction is wrong on average, in the unit of the target."),
        _("Σ |predicted - actual| / n"),
    ),
    Explanation(
        "metric-accuracy",
        _("Accuracy"),
        _(
            "The share of predictions that were right. Where one class is rare, always saying the "
            "other one looks good."
        ),
        _("right / n"),
    ),
    Explanation(
        "metric-balanced-accuracy",
        _("Balanced accuracy"),
        _("The mean recall of the classes: each counts alike, however rare."),
        _("Σ recall / number of classes"),
    ),
    Explanation(
        "metric-precision",
        _("Precision"),
        _("Of those that were taken for the class, the share that were of it."),
        _("right / taken for the class"),
    ),
    Explanation(
        "metric-recall",
        _("Recall"),
        _("Of those that were of the class, the share that were taken for it."),
        _("right / of the class"),
    ),
    Explanation(
        "metric-f1",
        _("F1"),
        _("Precision and recall in one number, which is high only when both are."),
        _("2 · precision · recall / (precision + recall)"),
        source="van Rijsbergen 1979.",
    ),
    Explanation(
        "metric-log-loss",
        _("Log loss"),
        _(
            "How surprised one is by what happened, if one believes the probabilities. 0 is perfect; "
            "sure and wrong costs most."
        ),
        _("-Σ ln p(what happened) / n, in nats"),
    ),
    Explanation(
        "metric-brier",
        _("Brier"),
        _("How far probabilities were from what happened, squared. 0 is perfect."),
        _("Σ (p - happened)² / n"),
        source="Brier 1950.",
    ),
    Explanation(
        "metric-pr-auc",
        _("PR AUC"),
        _(
            "Average precision over all levels of recall. Guessing gives the share of the class, so "
            "it suits rare ones."
        ),
        _("Σ (recall step) · precision"),
    ),
    Explanation(
        "metric-rmse",
        _("RMSE"),
        _(
            "Root of the mean squared error, in the unit of the target. Large errors weigh more than "
            "in the MAE."
        ),
        _("√(Σ (predicted - actual)² / n)"),
    ),
    Explanation(
        "metric-mse",
        _("MSE"),
        _("Mean squared error, in the unit of the target squared."),
        _("Σ (predicted - actual)² / n"),
    ),
    Explanation(
        "metric-median-absolute-error",
        _("Median absolute error"),
        _("Half of the predictions are wrong by at most as much."),
        _("median of |predicted - actual|"),
    ),
    Explanation(
        "metric-max-error",
        _("Max error"),
        _("The largest error of all."),
        _("max |predicted - actual|"),
    ),
    Explanation(
        "metric-bias",
        _("Bias"),
        _("By how much predictions are too high on average; less than 0 is too low."),
        _("Σ (predicted - actual) / n"),
    ),
    Explanation(
        "metric-r2",
        _("R²"),
        _(
            "Which part of the ups and downs of the target is predicted. 1 is all, 0 is no better "
            "than always saying the mean."
        ),
        _("1 - Σ (predicted - actual)² / Σ (actual - mean)²"),
    ),
    Explanation(
        "metric-mape",
        _("MAPE"),
        _("Mean error as a share of what really was."),
        _("Σ |predicted - actual| / |actual| / n"),
    ),
    Explanation(
        "metric-smape",
        _("SMAPE"),
        _("Mean error as a share of the mean size of both, from 0 to 2."),
        _("Σ 2 |predicted - actual| / (|predicted| + |actual|) / n"),
    ),
)
