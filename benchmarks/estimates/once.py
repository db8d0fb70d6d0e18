"""What NannyML estimates on its own sample data; runs in an environment of its own, see bench_estimates.

    python once.py FOLDER

writes ``reference.csv`` and ``analysis.csv`` there and prints one JSON line: the library's version, and the
metrics that CBPE estimates for each 5,000 rows of the analysis, without their truth.
"""

import json
import sys
from pathlib import Path

import nannyml

CHUNK = 5_000
METRICS = ["roc_auc", "average_precision", "accuracy", "precision", "recall", "f1"]


def main(folder: Path) -> None:
    reference, analysis, _ = nannyml.load_us_census_ma_employment_data()
    wanted = ["predicted_probability", "prediction"]
    reference[[*wanted, "employed"]].to_csv(folder / "reference.csv", index=False)
    analysis[wanted].to_csv(folder / "analysis.csv", index=False)
    estimator = nannyml.CBPE(
        y_pred_proba="predicted_probability",
        y_pred="prediction",
        y_true="employed",
        problem_type="classification_binary",
        metrics=METRICS,
        chunk_size=CHUNK,
    )
    found = estimator.fit(reference).estimate(analysis).filter(period="analysis").to_df()
    values = {name: found[name, "value"].tolist() for name in METRICS}
    ends = found["chunk", "end_index"].tolist()
    print(json.dumps({"version": nannyml.__version__, "metrics": values, "ends": ends}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
