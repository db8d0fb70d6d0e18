"""What metrics are called in sentences, tables and charts."""

from models_registry.measures import MEASURES

_LABELS = {
    "roc_auc": "ROC AUC",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
    "mse": "MSE",
    "f1": "F1",
    "pr_auc": "PR AUC",
    "mape": "MAPE",
    "smape": "SMAPE",
}


def metric_label(name: str) -> str:
    if name in MEASURES:
        return MEASURES[name].label
    return _LABELS.get(name) or name.replace("_", " ").capitalize()
