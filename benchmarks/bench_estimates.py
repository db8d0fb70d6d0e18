"""Performance estimated without truth, against NannyML on the data that its wheel ships.

Classification (CBPE): both learn from the same 68,785 rows of a census of 2015 and estimate each 5,000 of the
208,892 rows of 2016 to 2018. Regression (DLE): from 60,000 made prices of cars, each 5,000 of 60,000 others.
NannyML lives in an environment of its own; where it cannot be installed nothing is compared.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bench_peers import environment
from benchmarks.measurement import Measurement
from dataops.engine.performance import ChanceEstimator, estimated_regression
from models_registry.formats.losses import LossModel
from models_registry.formats.signature import Feature, FeatureType, Signature

HERE = Path(__file__).parent / "estimates"
NAMES = {"average_precision": "pr_auc"}  # theirs: ours
PROMISED_PERCENT = 1.0


def measure() -> Iterator[Measurement]:
    python = environment("nannyml", HERE / "nannyml.txt")
    if python is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = _theirs(python, folder)
        for kind, estimate in (("cbpe", _classes), ("dle", _numbers)):
            ours = estimate(folder, [end + 1 for end in told[kind]["ends"]])
            yield from _compared(
                f"{kind.upper()} {{}}, to NannyML {told['version']}", told[kind]["metrics"], ours
            )


def _compared(
    label: str, theirs: dict[str, list[float]], ours: list[dict[str, float]]
) -> Iterator[Measurement]:
    for metric, values in theirs.items():
        mine = np.array([chunk[NAMES.get(metric, metric)] for chunk in ours])
        apart = 100 * np.abs(mine / np.array(values) - 1)
        name = f"{label.format(metric)}: mean difference"
        yield Measurement(name, float(apart.mean()), "%", bar=PROMISED_PERCENT)
        yield Measurement(f"  largest of {len(ours)} chunks", float(apart.max()), "%", bar=PROMISED_PERCENT)


def _theirs(python: Path, folder: Path) -> dict:
    quiet = os.environ | {"NML_DISABLE_USAGE_LOGGING": "1"}
    command = [python, HERE / "once.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=quiet)
    return json.loads(done.stdout.splitlines()[-1])


def _classes(folder: Path, ends: list[int]) -> list[dict[str, float]]:
    reference, parts = _read(folder, "cbpe", ends)
    estimator = ChanceEstimator.learn(
        _labels(reference["employed"]),
        _labels(reference["prediction"]),
        reference["predicted_probability"],
        ("0", "1"),
    )
    return [estimator.metrics(_labels(part["prediction"]), part["predicted_probability"]) for part in parts]


def _numbers(folder: Path, ends: list[int]) -> list[dict[str, float]]:
    reference, parts = _read(folder, "dle", ends)
    features = reference.drop(columns=["y_pred", "y_true"])
    is_text = {name: not pd.api.types.is_numeric_dtype(features[name]) for name in features}
    signature = Signature(
        tuple(
            Feature(name, FeatureType.TEXT if text else FeatureType.NUMBER) for name, text in is_text.items()
        )
    )
    said = reference["y_pred"].to_numpy(float)
    losses = LossModel(signature, features.to_dict("list"))
    losses.fit(features.to_dict("list"), said, said - reference["y_true"].to_numpy(float))
    return [
        estimated_regression(
            *losses.expect(part[list(features)].to_dict("list"), part["y_pred"].to_numpy(float))
        )
        for part in parts
    ]


def _read(folder: Path, kind: str, ends: list[int]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The reference, and the analysis in its chunks."""
    reference, analysis = (pd.read_csv(folder / f"{kind}-{name}.csv") for name in ("reference", "analysis"))
    return reference, [analysis[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _labels(column: pd.Series) -> np.ndarray:
    return column.astype(int).astype(str).to_numpy()
