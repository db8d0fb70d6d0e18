"""Performance by segment: in which part of the rows a model is wrong, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine.performance import drawn_auc, drawn_interval, drawn_means, draws
from models_registry.enums import Task
from models_registry.formats.signature import Feature, Signature
from models_registry.services.metrics import Row, answers_of, chance_table, metrics_of_rows
from models_registry.services.own_metrics import Chosen, own_metrics

MOST_SEGMENTS = 8
MOST_FEATURES = 30
LEAST_ROWS = 10
DRAWN_ROWS = 5_000
"""Of more rows the first so many are drawn anew, and intervals made narrower by the root of their share."""

Features = Sequence[Mapping[str, Any]]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def segments(
    signature: Signature,
    weights: Mapping[str, float],
    features: Features,
    rows: Sequence[Row],
    chosen: Sequence[Chosen] = (),
) -> dict[str, list[dict[str, Any]]]:
    """The main metric with its ``interval``, and ``chosen`` ones, by segment of the 30 weightiest features.

    A segment is one of the seven most frequent texts or the others, or a quarter of the numbers; one with
    fewer than ten rows tells nothing and is left out, and so is a metric that it does not define.
    """
    weightiest = sorted(signature.features, key=lambda feature: -weights.get(feature.name, 0.0))
    spread = _Spread(signature, rows[:DRAWN_ROWS])
    found = {}
    for feature in weightiest[:MOST_FEATURES]:
        names, belongs = parted(feature, [row.get(feature.name) for row in features])
        places = {name: np.flatnonzero(belongs == k) for k, name in enumerate(names)}
        kept = {name: found_at for name, found_at in places.items() if len(found_at) >= LEAST_ROWS}
        if len(kept) > 1:
            found[feature.name] = _comparable(_Measured(signature, rows, chosen, spread), kept)
    return found


def _comparable(measured: "_Measured", places: Mapping[str, Places]) -> list[dict[str, Any]]:
    """Segments told by one metric: by accuracy where too few of a class leave the main one undefined."""
    signature = measured.signature
    main = (Task.CLASSIFICATION if signature.classes else Task.REGRESSION).main_metric
    by_main = [measured.told(name, found_at, main) for name, found_at in places.items()]
    if not signature.classes or all(part["interval"] for part in by_main):
        return by_main
    return [measured.told(name, found_at, "accuracy") for name, found_at in places.items()]


@dataclass(frozen=True, slots=True)
class _Measured:
    """Rows of a window, by segment."""

    signature: Signature
    rows: Sequence[Row]
    chosen: Sequence[Chosen]
    spread: "_Spread"

    def told(self, name: str, places: Places, metric: str) -> dict[str, Any]:
        rows = [self.rows[place] for place in places.tolist()]
        value = metrics_of_rows(self.signature, rows).get(metric)
        interval = None if value is None else self.spread.around(value, metric, places)
        told = {"segment": name, "rows": len(rows), "metric": metric, "value": value, "interval": interval}
        if not self.chosen:
            return told
        return told | {"own": own_metrics(self.chosen, answers_of(self.signature, rows))}


class _Spread:
    """How far metrics of segments may be off, all told from the same draws of the window's rows."""

    def __init__(self, signature: Signature, rows: Sequence[Row]) -> None:
        self._rows, self._draws = len(rows), draws(len(rows)) if rows else np.empty((0, 0))
        actual = np.array([row[0] for row in rows])
        said = np.array([row[1] for row in rows])
        if not signature.classes:
            self._means = {"mae": np.abs(said.astype(np.float64) - actual.astype(np.float64))}
        else:
            self._means = {"accuracy": (said == actual).astype(np.float64)}
        self._curves: list[tuple[NDArray[np.bool_], Floats]] = []
        self._given = np.array([row[2] is not None for row in rows], bool)
        if signature.classes:
            chances = chance_table(signature, [row[2] for row in rows])
            # Of two classes the second one is the case; of more each is, and the mean counts.
            shown = [1] if len(signature.classes) == 2 else range(len(signature.classes))
            self._curves = [(actual == signature.classes[k], chances[:, k]) for k in shown]

    def around(self, value: float, metric: str, places: Places) -> list[float] | None:
        """[low, high], right 19 times of 20; None where some draw does not define the metric."""
        drawn = places[places < self._rows]
        share = len(drawn) / len(places)
        if metric not in self._means:
            drawn = drawn[self._given[drawn]]
        if not len(drawn):
            return None
        weights = self._draws[:, drawn]
        if metric in self._means:
            found = drawn_means(self._means[metric][drawn], weights)
        else:
            found = np.mean(
                [drawn_auc(case[drawn], chance[drawn], weights) for case, chance in self._curves], axis=0
            )
        ends = drawn_interval(value, value + (found - value) * share**0.5)
        return None if ends is None else list(ends)


def parted(feature: Feature, values: Sequence[Any]) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the parts, and the part of each value."""
    if feature.type.is_numeric:
        return _quarters(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    texts = np.array(["missing" if v is None else str(v) for v in values])
    seen, place, counts = np.unique(texts, return_inverse=True, return_counts=True)
    if seen.size <= MOST_SEGMENTS:
        return seen.tolist(), place
    frequent = np.argsort(-counts, kind="stable")[: MOST_SEGMENTS - 1]
    part = np.full(seen.size, MOST_SEGMENTS - 1)
    part[frequent] = np.arange(MOST_SEGMENTS - 1)
    return [*seen[frequent].tolist(), "all others"], part[place]


def _quarters(numbers: NDArray[np.float64]) -> tuple[list[str], NDArray[np.intp]]:
    known = numbers[~np.isnan(numbers)]
    if not known.size:
        return ["missing"], np.zeros(numbers.size, dtype=np.intp)
    cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    part = np.where(np.isnan(numbers), cuts.size + 1, np.searchsorted(cuts, numbers, side="left"))
    ends = [f"{cut:.4g}" for cut in cuts]
    names = [
        f"up to {ends[0]}",
        *(f"{a} to {b}" for a, b in pairwise(ends)),
        f"above {ends[-1]}",
    ]
    return [*names, "missing"], part
