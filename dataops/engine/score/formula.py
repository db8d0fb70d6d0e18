"""The formula: from pass rates to one number, and from that back to what each check cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from types import MappingProxyType
from typing import Protocol

from dataops.engine.types import Dimension, Outcome

FORMULA = "geometric-1"
FLOOR = 0.01
CRITICAL_CAP = 0.59

NOTHING_SET: Mapping[str, float] = MappingProxyType({})
DEFAULT_WEIGHTS: Mapping[Dimension, float] = MappingProxyType(
    {
        Dimension.COMPLETENESS: 0.25,
        Dimension.VALIDITY: 0.25,
        Dimension.UNIQUENESS: 0.15,
        Dimension.CONSISTENCY: 0.15,
        Dimension.TIMELINESS: 0.10,
        Dimension.VOLUME: 0.10,
    }
)


class Scored(Protocol):
    """The part of a result the score looks at."""

    @property
    def dimension(self) -> Dimension: ...
    @property
    def column(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def pass_rate(self) -> float | None: ...
    @property
    def weight(self) -> float: ...
    @property
    def critical(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Score:
    """A score in 0..1, and where the rest went.

    ``value`` is None when nothing was measured. ``coverage`` in 0..1 is the weight of the measured
    dimensions, less the part of each whose checks broke. ``points_lost`` has one entry per result,
    in their order; it and ``dimension_points_lost`` each sum to ``1 - value``. ``capped_by`` are the
    indexes of the failed critical checks that hold the score down to 0.59.
    """

    value: float | None
    coverage: float
    dimensions: Mapping[Dimension, float | None]
    points_lost: tuple[float, ...]
    dimension_points_lost: Mapping[Dimension, float]
    capped_by: tuple[int, ...] = ()
    formula: str = FORMULA


def score(
    results: Sequence[Scored],
    weights: Mapping[Dimension, float] = DEFAULT_WEIGHTS,
    importance: Mapping[str, float] = NOTHING_SET,
) -> Score:
    """Weighted geometric mean of the measured dimensions, each at least 0.01.

    A dimension is the mean over its columns, then with its table checks, of their checks' pass
    rates: neither many columns nor many rows can hide a broken table. Columns weigh by their
    ``importance``: 1 where none is given, 0 leaves the column out. When a critical check fails, the
    score is at most 0.59.
    """
    shares = shares_of(results, weights, importance)
    dimensions = {d: _mean(results, shares.get(d, {})) for d in weights}
    measured = {d: value for d, value in dimensions.items() if value is not None}
    if not measured:
        return Score(None, 0.0, dimensions, (0.0,) * len(results), dict.fromkeys(weights, 0.0))
    loss = losses(measured, weights)
    value = geometric_mean(measured, weights)
    points = [0.0] * len(results)
    # Logarithms add up, so each dimension's part of the loss is exact; inside it, it is linear.
    for d in measured:
        part = loss[d] / sum(loss.values()) * (1 - value) if loss[d] else 0.0
        lost = {i: share * (1 - (results[i].pass_rate or 0.0)) for i, share in shares[d].items()}
        # Their sum, not what the dimension lacks of 1: that may be rounded to nothing where a check lost.
        whole = sum(lost.values())
        for index, of_whole in lost.items():
            points[index] += part * of_whole / whole if whole else 0.0
    capping = failed_critical(results, importance) if value > CRITICAL_CAP else ()
    for index in capping:
        # They carry in equal parts what the cap takes.
        points[index] += (value - CRITICAL_CAP) / len(capping)
    return Score(
        CRITICAL_CAP if capping else value,
        _coverage(results, measured, weights),
        dimensions,
        tuple(points),
        _by_dimension(results, points, weights),
        capping,
    )


def geometric_mean(measured: Mapping[Dimension, float], weights: Mapping[Dimension, float]) -> float:
    return exp(-sum(losses(measured, weights).values()) / sum(weights[d] for d in measured))


def losses(measured: Mapping[Dimension, float], weights: Mapping[Dimension, float]) -> dict[Dimension, float]:
    """What each dimension takes from the logarithm of the score, times the sum of the weights."""
    return {d: -weights[d] * log(max(value, FLOOR)) for d, value in measured.items()}


def failed_critical(results: Sequence[Scored], importance: Mapping[str, float]) -> tuple[int, ...]:
    """Indexes of the failed critical checks, but for columns that are ignored."""
    return tuple(
        index
        for index, result in enumerate(results)
        if result.critical and result.outcome == Outcome.FAIL and _importance(result.column, importance)
    )


def shares_of(
    results: Sequence[Scored], weights: Mapping[Dimension, float], importance: Mapping[str, float]
) -> dict[Dimension, dict[int, float]]:
    """For each dimension, index of a measured result -> its share in the dimension's mean."""
    groups: dict[Dimension, dict[str, list[int]]] = {}
    for index, result in enumerate(results):
        counts = result.weight > 0 and weights.get(result.dimension, 0) > 0
        is_measured = result.pass_rate is not None and result.outcome != Outcome.ERROR
        if is_measured and counts and _importance(result.column, importance) > 0:
            groups.setdefault(result.dimension, {}).setdefault(result.column, []).append(index)
    return {d: _split(results, by_column, importance) for d, by_column in groups.items()}


def _importance(column: str, importance: Mapping[str, float]) -> float:
    return importance.get(column, 1.0) if column else 1.0


def _split(
    results: Sequence[Scored], by_column: Mapping[str, list[int]], importance: Mapping[str, float]
) -> dict[int, float]:
    """Columns together weigh what the table ("") does; in a column, checks weigh by their weight."""
    columns = sum(_importance(column, importance) for column in by_column if column)
    parts = ("" in by_column) + (columns > 0)
    shares: dict[int, float] = {}
    for column, indexes in by_column.items():
        part = 1 / parts if column == "" else 1 / parts * _importance(column, importance) / columns
        total = sum(results[index].weight for index in indexes)
        shares |= {index: part * results[index].weight / total for index in indexes}
    return shares


def _mean(results: Sequence[Scored], shares: Mapping[int, float]) -> float | None:
    if not shares:
        return None
    # From the losses, so that a dimension without any is exactly 1.
    return 1 - sum(share * (1 - (results[index].pass_rate or 0.0)) for index, share in shares.items())


def _coverage(
    results: Sequence[Scored], measured: Mapping[Dimension, float], weights: Mapping[Dimension, float]
) -> float:
    broken = Counter(r.dimension for r in results if r.outcome == Outcome.ERROR)
    whole = Counter(r.dimension for r in results if r.outcome not in (Outcome.ERROR, Outcome.NO_DATA))
    covered = sum(weights[d] * whole[d] / (whole[d] + broken[d]) for d in measured if whole[d])
    return covered / sum(weights.values())


def _by_dimension(
    results: Sequence[Scored], points: Sequence[float], weights: Mapping[Dimension, float]
) -> Mapping[Dimension, float]:
    lost = dict.fromkeys(weights, 0.0)
    for result, part in zip(results, points, strict=True):
        lost[result.dimension] = lost.get(result.dimension, 0.0) + part
    return lost
