"""What BentoML serves: the saved model of MODEL_FOLDER behind one endpoint."""

import os
from pathlib import Path

import bentoml
import joblib
import numpy as np


@bentoml.service(workers=2)
class Classifier:
    def __init__(self) -> None:
        self.model = joblib.load(Path(os.environ["MODEL_FOLDER"]) / "model.joblib")

    @bentoml.api
    def predict(self, rows: np.ndarray) -> list[str]:
        return [str(label) for label in self.model.predict(rows)]
