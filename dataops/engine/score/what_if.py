"""What the score would be with some of its troubles gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dataops.engine.score.formula import (
    CRITICAL_CAP,
    DEFAULT_WEIGHTS,
    NOTHING_SET,
    Scored,
    failed_critical,
    geometric_mean,
    shares_of,
)
from dataops.engine.types import Dimension


class WhatIf:
    """Scores of one run with some results made perfect; asking costs O(asked + dimensions)."""

    def __init__(
        self,
        results: Sequence[Scored],
        weights: Mapping[Dimension, float] = DEFAULT_WEIGHTS,
        importance: Mapping[str, float] = NOTHING_SET,
    ) -> None:
        self._weights = weights
        self._critical = frozenset(failed_critical(results, importance))
        self._measured = frozenset(i for i, r in enumerate(results) if r.pass_rate is not None)
        self._loss: dict[Dimension, float] = {}
        self._part: dict[int, tuple[Dimension, float]] = {}
        for dimension, shares in shares_of(results, weights, importance).items():
            parts = {i: share * (1 - (results[i].pass_rate or 0.0)) for i, share in shares.items()}
            self._loss[dimension] = sum(parts.values())
            self._part |= {index: (dimension, part) for index, part in parts.items()}

    def fixed(self, indexes: Collection[int]) -> float | None:
        """The score were the results at ``indexes`` perfect; None when nothing was measured.

        A result that measured nothing stays so: mending a broken check tells nothing of the data.
        """
        if not self._loss:
            return None
        loss = dict(self._loss)
        mended = self._measured.intersection(indexes)
        for index in mended:
            if index in self._part:
                dimension, part = self._part[index]
                loss[dimension] -= part
        # Rounding may leave a hair above 1.
        value = min(1.0, geometric_mean({d: 1 - lost for d, lost in loss.items()}, self._weights))
        return min(value, CRITICAL_CAP) if self._critical - mended else value
