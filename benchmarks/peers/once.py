"""One timed run of a peer in its own environment; what `python once.py PEER FILE` prints is read back.

Nothing of the product is imported here: the environment holds the peer alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd


def evidently(file: Path) -> None:
    """DataSummaryPreset: counts, missing, quantiles and top values of every column."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataSummaryPreset

    frame = pd.read_csv(file)
    data = Dataset.from_pandas(frame, data_definition=DataDefinition())
    Report([DataSummaryPreset()]).run(data, None).dict()


def great_expectations(file: Path) -> None:
    """Rules instead of a profile, asking of each column what our check answers, and for duplicate rows."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frame = pd.read_csv(file)
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    batch.validate(gx.ExpectationSuite(name="suite", expectations=list(_expectations(frame))))


def _expectations(frame: pd.DataFrame) -> Iterator[Any]:
    import great_expectations.expectations as expect

    yield expect.ExpectTableRowCountToBeBetween(min_value=1)
    yield expect.ExpectCompoundColumnsToBeUnique(column_list=list(frame.columns))
    for name, column in frame.items():
        yield expect.ExpectColumnValuesToNotBeNull(column=name)
        yield expect.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=0)
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            low, high = float(column.min()), float(column.max())
            bounds = {"column": name, "min_value": low, "max_value": high}
            yield expect.ExpectColumnValuesToBeBetween(**bounds)
            yield expect.ExpectColumnMeanToBeBetween(**bounds)
            yield expect.ExpectColumnStdevToBeBetween(column=name, min_value=0)
            quartiles = {"quantiles": [0.25, 0.5, 0.75], "value_ranges": [[low, high]] * 3}
            yield expect.ExpectColumnQuantileValuesToBeBetween(column=name, quantile_ranges=quartiles)
        elif pd.api.types.is_string_dtype(column):
            yield expect.ExpectColumnValueLengthsToBeBetween(column=name, min_value=0, max_value=1000)


def whylogs(file: Path) -> None:
    """A profile of sketches: counts, cardinality, quantiles and frequent items, estimated."""
    import whylogs as why

    why.log(pandas=pd.read_csv(file)).view().to_pandas()


def ydata_profiling(file: Path) -> None:
    """Its minimal profile (no correlations, no interactions), with duplicate rows, without the page."""
    from ydata_profiling import ProfileReport

    options = {"minimal": True, "duplicates": {"head": 10}, "progress_bar": False}
    ProfileReport(pd.read_csv(file), **options).get_description()


PEERS: dict[str, Callable[[Path], None]] = {
    "evidently": evidently,
    "great_expectations": great_expectations,
    "whylogs": whylogs,
    "ydata_profiling": ydata_profiling,
}


def main(peer: str, file: Path) -> None:
    """A tiny table first, so that imports and first calls are not part of the time."""
    warm_up = file.with_name("warm-up.csv")
    pd.read_csv(file, nrows=50).to_csv(warm_up, index=False)
    PEERS[peer](warm_up)
    began = time.perf_counter()
    PEERS[peer](file)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "version": version(peer.replace("_", "-"))}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
