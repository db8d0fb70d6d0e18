"""Which columns a peer calls drifted, window by window; runs in an environment of its own.

    python once.py PEER FOLDER

reads ``<trial>-reference.parquet`` (for NannyML ``<trial>-chunks.parquet``, ten times as long as the window)
and ``<trial>-current.parquet`` for each trial of FOLDER and prints one JSON line: the version of the library,
and by trial the columns that it calls drifted by its defaults.
"""

import json
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pandas as pd


def evidently(reference: pd.DataFrame, current: pd.DataFrame) -> list[str]:
    """DataDriftPreset: a p-value at most, or a distance at least, as large as the threshold."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    numeric = list(reference.select_dtypes("number").columns)
    others = [name for name in reference.columns if name not in numeric]
    told = DataDefinition(numerical_columns=numeric, categorical_columns=others)
    sides = (Dataset.from_pandas(side, told) for side in (current, reference))
    found = Report([DataDriftPreset()]).run(*sides).dict()["metrics"]
    return [part["config"]["column"] for part in found if _drifted(part["config"], part["value"])]


def _drifted(config: dict, value: object) -> bool:
    if "column" not in config or not isinstance(value, float):
        return False
    is_test = "p_value" in config["method"]
    return value < config["threshold"] if is_test else value >= config["threshold"]


def nannyml(reference: pd.DataFrame, current: pd.DataFrame) -> list[str]:
    """Univariate drift by the Jensen-Shannon distance, its limit learned from chunks of the window's size."""
    from nannyml import UnivariateDriftCalculator

    names, size = list(reference.columns), len(current)
    whole = reference[: len(reference) // size * size]
    calculator = UnivariateDriftCalculator(column_names=names, chunk_size=size).fit(whole)
    told = calculator.calculate(current.reset_index(drop=True))
    found = told.filter(period="analysis").to_df()
    return [name for name in names if found[name, "jensen_shannon", "alert"].any()]


PEERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], list[str]]] = {
    "evidently": evidently,
    "nannyml": nannyml,
}
REFERENCES = {"evidently": "reference", "nannyml": "chunks"}


def main(peer: str, folder: Path) -> None:
    warnings.simplefilter("ignore")
    found = {}
    for file in sorted(folder.glob("*-current.parquet")):
        trial = file.name.removesuffix("-current.parquet")
        reference = pd.read_parquet(folder / f"{trial}-{REFERENCES[peer]}.parquet")
        found[trial] = PEERS[peer](reference, pd.read_parquet(file))
    print(json.dumps({"version": version(peer), "columns": found}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
