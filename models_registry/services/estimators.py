"""How good answers are likely to be before the truth is known: what a version's reference rows teach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from dataops.engine.performance import ChanceEstimator, Spread, estimated_regression, loss_spread
from models_registry.formats.losses import LossModel
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.metrics import chance_table
from models_registry.services.reference_rows import ReferenceRows, read_reference_rows
from models_registry.services.tables import columns_of_rows

LEAST_ROWS = 100

Answered = Sequence[tuple[Any, Mapping[str, float] | None, Mapping[str, Any]]]
"""Logged rows of (prediction, probabilities, features)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Metrics to be expected of ``rows`` rows and, by metric, where chance among rows puts their truth."""

    rows: int
    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]


class Estimator(Protocol):
    def estimate(self, rows: Answered, *, known: int | None = None) -> Estimate | None:
        """None when the rows do not allow it. ``known`` rows will tell the truth, all by default."""
        ...


def why_not(version: ModelVersion) -> str:
    """Why the performance of a version cannot be estimated; empty when it can."""
    kept = version.reference_rows
    if not kept:
        return "It came without reference rows to learn from."
    if kept["labelled"] < LEAST_ROWS:
        return (
            f"The truth of only {kept['labelled']} of its reference rows is known; "
            f"at least {LEAST_ROWS} are needed to learn from."
        )
    if version.signature["classes"] and not kept["probabilities"]:
        return "It answers classes without probabilities, which the estimate is made of."
    return ""


def estimator_of(version: ModelVersion) -> Estimator | None:
    """What was learned from the reference rows of a version; None when ``why_not`` says why."""
    return None if why_not(version) else _learned(version.reference_rows["name"], version)


@lru_cache(maxsize=4)  # a version never changes; learning takes a second, estimating does not
def _learned(name: str, version: ModelVersion) -> Estimator:
    signature, rows = Signature.from_dict(version.signature), read_reference_rows(version)
    return ByChance(signature, rows) if signature.classes else ByLoss(signature, rows)


class ByChance:
    """CBPE: what the calibrated probabilities promise."""

    def __init__(self, signature: Signature, rows: ReferenceRows) -> None:
        self._signature = signature
        self._learned = ChanceEstimator.learn(
            rows.actuals or (),
            rows.predictions,
            chance_table(signature, rows.probabilities or ()),
            signature.classes,
        )

    def estimate(self, rows: Answered, *, known: int | None = None) -> Estimate | None:
        asked = [(said, chances) for said, chances, _ in rows if chances is not None]
        if not asked:
            return None
        table = chance_table(self._signature, [chances for _, chances in asked])
        metrics = self._learned.metrics([said for said, _ in asked], table)
        return Estimate(len(asked), metrics, self._learned.interval(metrics, known or len(asked)))


class ByLoss:
    """DLE: how wrong a second model expects the first one to be."""

    def __init__(self, signature: Signature, rows: ReferenceRows) -> None:
        self._signature = signature
        said, truth = np.asarray(rows.predictions, float), np.asarray(rows.actuals, float)
        self._losses = LossModel(signature, rows.columns).fit(rows.columns, said, said - truth)
        expected = self._losses.expect_unseen(rows.columns, said, said - truth)
        self._spread: Spread = loss_spread(truth, said, *expected)

    def estimate(self, rows: Answered, *, known: int | None = None) -> Estimate | None:
        if not rows:
            return None
        columns = columns_of_rows(self._signature, [features for _, _, features in rows])
        said = np.asarray([prediction for prediction, _, _ in rows], float)
        metrics = estimated_regression(*self._losses.expect(columns, said))
        return Estimate(len(rows), metrics, self._spread.around(metrics, known or len(rows)))
