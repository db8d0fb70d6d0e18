"""What NannyML estimates on its own sample data; runs in an environment of its own, see bench_estimates.

    python once.py FOLDER

writes what both sides read there, a reference and an analysis of each kind, and prints one JSON line: the
library's version, and the metrics that it estimates for each 5,000 rows of the analysis, without their truth.
"""

import json
import sys
from pathlib import Path
from typing import Any

import nannyml
import pandas as pd

pd.set_option("future.infer_string", False)

CHUNK = 5_000
CBPE = ["roc_auc", "average_precision", "accuracy", "precision", "recall", "f1"]
DLE = ["mae", "rmse"]
FEATURES = ["car_age", "km_driven", "price_new", "accident_count", "door_count", "fuel", "transmission"]


def main(folder: Path) -> None:
    told = {"version": nannyml.__version__, "cbpe": employment(folder), "dle": prices(folder)}
    print(json.dumps(told))


def employment(folder: Path) -> dict[str, Any]:
    """Whether people of Massachusetts have work: census of 2015, then of 2016 to 2018."""
    reference, analysis, _ = nannyml.load_us_census_ma_employment_data()
    wanted = ["predicted_probability", "prediction"]
    reference[[*wanted, "employed"]].to_csv(folder / "cbpe-reference.csv", index=False)
    analysis[wanted].to_csv(folder / "cbpe-analysis.csv", index=False)
    estimator = nannyml.CBPE(
        y_pred_proba="predicted_probability",
        y_pred="prediction",
        y_true="employed",
        problem_type="classification_binary",
        metrics=CBPE,
        chunk_size=CHUNK,
    )
    return _told(estimator, reference, analysis, CBPE)


def prices(folder: Path) -> dict[str, Any]:
    """What used cars are sold for: 60,000 made ones, then 60,000 among which there is drift."""
    reference, analysis, _ = nannyml.load_synthetic_car_price_dataset()
    reference[[*FEATURES, "y_pred", "y_true"]].to_csv(folder / "dle-reference.csv", index=False)
    analysis[[*FEATURES, "y_pred"]].to_csv(folder / "dle-analysis.csv", index=False)
    estimator = nannyml.DLE(
        feature_column_names=FEATURES, y_pred="y_pred", y_true="y_true", metrics=DLE, chunk_size=CHUNK
    )
    return _told(estimator, reference, analysis, DLE)


def _told(estimator: Any, reference: Any, analysis: Any, metrics: list[str]) -> dict[str, Any]:
    found = estimator.fit(reference).estimate(analysis).filter(period="analysis").to_df()
    values = {name: found[name, "value"].tolist() for name in metrics}
    return {"metrics": values, "ends": found["chunk", "end_index"].tolist()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
