"""Two models on data sets that scikit-learn brings along: small, known to everybody, trained in a second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models_registry.enums import Task
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.formats.templates.base import Progress, Trained, Window

if TYPE_CHECKING:
    import pandas as pd

FITTED_SHARE = 0.7
SEED = 7
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""The data have no times: their rows are told as asked minute by minute from here."""


class BundledTemplate:
    """What both share; a subclass loads the rows, whose last column ``target`` is the truth."""

    key: str
    label: str
    task: Task
    description: str
    shown_at_start = False
    source: str
    classes: tuple[str, ...] = ()

    def rows(self) -> pd.DataFrame:
        raise NotImplementedError

    def estimator(self) -> Any:
        raise NotImplementedError

    def train(self, progress: Progress) -> Trained:
        progress(0.1, "reading the data that scikit-learn brings")
        rows = self.rows().sample(frac=1, random_state=SEED, ignore_index=True)
        cut = round(FITTED_SHARE * len(rows))
        fitted, held_out = rows[:cut], rows[cut:]
        progress(0.3, "fitting")
        estimator = self.estimator()
        return Trained(
            estimator=_scaled(estimator).fit(fitted.drop(columns="target"), fitted["target"]),
            signature=_signature(fitted, self.classes),
            fitted=self._window(fitted),
            held_out=self._window(held_out),
            parameters={
                "template": self.key,
                "estimator": type(estimator).__name__,
                "fitted_share": FITTED_SHARE,
                "seed": SEED,
            },
            training_data=f"{self.source}: {len(fitted)} rows to fit, {len(held_out)} held out.",
        )

    def replay(self, months: Sequence[int]) -> list[Window]:
        """Nothing: the data have no months."""
        return []

    def _window(self, rows: pd.DataFrame) -> Window:
        return Window(
            ids=[f"{self.key}-{row:04d}" for row in rows.index],
            columns={str(name): rows[name].tolist() for name in rows.columns.drop("target")},
            actuals=rows["target"].tolist(),
            times=[BEGAN + timedelta(minutes=int(row)) for row in rows.index],
        )


class Wine(BundledTemplate):
    key = "wine"
    label = "Wine"
    task = Task.CLASSIFICATION
    description = "Which of three growers made a wine? Asked by thirteen measurements."
    source = "Wine recognition data (UCI, as scikit-learn brings it)"
    classes = ("class_0", "class_1", "class_2")

    def rows(self) -> pd.DataFrame:
        from sklearn.datasets import load_wine

        found = load_wine(as_frame=True)
        rows = found.data.rename(columns=lambda name: name.replace("/", "_"))
        return rows.assign(target=[self.classes[label] for label in found.target])

    def estimator(self) -> Any:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=500)


class Diabetes(BundledTemplate):
    key = "diabetes"
    label = "Diabetes"
    task = Task.REGRESSION
    description = "How far will the disease have gone in a year? Asked by ten measurements."
    source = "Diabetes data (Efron et al. 2004, as scikit-learn brings it)"

    def rows(self) -> pd.DataFrame:
        from sklearn.datasets import load_diabetes

        found = load_diabetes(as_frame=True, scaled=False)
        return found.data.assign(target=found.target)

    def estimator(self) -> Any:
        from sklearn.linear_model import Ridge

        return Ridge()


def _scaled(estimator: Any) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), estimator)


def _signature(rows: pd.DataFrame, classes: tuple[str, ...]) -> Signature:
    features = [
        Feature(str(name), FeatureType.NUMBER, minimum=float(values.min()), maximum=float(values.max()))
        for name, values in rows.drop(columns="target").items()
    ]
    return Signature(tuple(features), classes)
