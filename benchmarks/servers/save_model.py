"""Fits the model that every server answers with, and saves it the way the server asks for.

``python save_model.py mlflow|bentoml FOLDER`` in the server's own environment, without the product.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = 12


def fitted():  # type: ignore[no-untyped-def]
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(4_000, FEATURES))
    labels = np.where(rows @ chance.normal(size=FEATURES) > 0, "yes", "no")
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, labels), rows, labels


def main(kind: str, folder: Path) -> None:
    model, rows, labels = fitted()
    if kind == "mlflow":
        import mlflow

        names = [f"x{number}" for number in range(FEATURES)]
        import pandas as pd

        frame = pd.DataFrame(rows[:5], columns=names)
        signature = mlflow.models.infer_signature(frame, model.predict(rows[:5]))
        mlflow.sklearn.save_model(model, str(folder / "model"), signature=signature)
    elif kind == "skops":
        import pandas as pd
        import skops.io

        skops.io.dump(model, folder / "model.skops")
        names = [f"x{number}" for number in range(FEATURES)]
        table = pd.DataFrame(rows, columns=names).assign(label=labels)
        table.to_csv(folder / "training.csv", index=False)
    else:
        import joblib

        joblib.dump(model, folder / "model.joblib")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
