"""Performance estimated without truth, against NannyML on the census data that its wheel ships.

Both learn from the same 68,785 rows of 2015 and estimate each 5,000 of the 208,892 rows of 2016 to 2018.
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
from dataops.engine.performance import ChanceEstimator

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
        ours = _ours(folder, [end + 1 for end in told["ends"]])
    for metric, values in told["metrics"].items():
        mine = np.array([chunk[NAMES.get(metric, metric)] for chunk in ours])
        apart = 100 * np.abs(mine / np.array(values) - 1)
        label = f"CBPE {metric}, to NannyML {told['version']}: mean difference"
        yield Measurement(label, float(apart.mean()), "%", bar=PROMISED_PERCENT)
        yield Measurement(f"  largest of {len(ours)} chunks", float(apart.max()), "%", bar=PROMISED_PERCENT)


def _theirs(python: Path, folder: Path) -> dict:
    quiet = os.environ | {"NML_DISABLE_USAGE_LOGGING": "1"}
    command = [python, HERE / "once.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=quiet)
    return json.loads(done.stdout.splitlines()[-1])


def _ours(folder: Path, ends: list[int]) -> list[dict[str, float]]:
    reference, analysis = (pd.read_csv(folder / f"{name}.csv") for name in ("reference", "analysis"))
    estimator = ChanceEstimator.learn(
        _labels(reference["employed"]),
        _labels(reference["prediction"]),
        reference["predicted_probability"],
        ("0", "1"),
    )
    parts = [analysis[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [estimator.metrics(_labels(part["prediction"]), part["predicted_probability"]) for part in parts]


def _labels(column: pd.Series) -> np.ndarray:
    return column.astype(int).astype(str).to_numpy()
