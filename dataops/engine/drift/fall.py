"""Whether a model got worse: a metric of this window against the same metric before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from dataops.engine.drift.rules import DriftPolicy, severity_of
from dataops.engine.drift.windows import SOME
from dataops.engine.types import Severity

PERFORMANCE = "model performance"
"""Under this name ``DriftPolicy.columns`` has the factor on the fall that matters; 0 leaves it out."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A value, and how far it may be off: the standard error of it."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Fall:
    """``effect`` is what was lost, as a share of ``before``, 0 when nothing was; ``threshold`` what matters.

    ``p_value`` is one-sided: the chance of a value at least as bad when nothing changed. ``windows`` told
    how much it varies by itself; 0: the rows did.
    """

    before: float
    now: float
    effect: float
    threshold: float
    p_value: float
    windows: int
    significant: bool

    @property
    def fallen(self) -> bool:
        return self.significant and self.effect >= self.threshold

    @property
    def severity(self) -> Severity | None:
        return severity_of(self.effect / self.threshold) if self.fallen else None


def judge_fall(
    before: Metric,
    now: Metric,
    policy: DriftPolicy,
    *,
    higher_is_better: bool,
    windows: Sequence[float] = (),
) -> Fall | None:
    """Whether ``now`` is certainly and materially worse than ``before``; None when the policy leaves it out.

    The difference over its standard error is normal; from five earlier ``windows`` on, their spread counts
    too, with as many degrees of freedom as there are windows but one (Whitmore 1986), because windows differ
    by more than their rows allow for. An eighth of ``policy.q`` is spent on it: the rest of the report has
    its own.
    """
    if not policy.watches(PERFORMANCE):
        return None
    lost = (before.value - now.value) * (1 if higher_is_better else -1)
    by_windows = len(windows) >= SOME
    spread = math.hypot(before.error, max(now.error, _spread(windows)) if by_windows else now.error)
    p_value = _tail(lost, spread, len(windows) - 1 if by_windows else None)
    return Fall(
        before=before.value,
        now=now.value,
        effect=max(lost, 0.0) / max(abs(before.value), 1e-12),
        threshold=policy.fall_floor * policy.columns.get(PERFORMANCE, 1.0),
        p_value=p_value,
        windows=len(windows) if by_windows else 0,
        significant=p_value <= policy.q / 8,
    )


def _spread(windows: Sequence[float]) -> float:
    return float(np.std(windows, ddof=1))


def _tail(lost: float, spread: float, freedom: int | None) -> float:
    if not spread:
        return 0.0 if lost > 0 else 1.0
    return float(ndtr(-lost / spread) if freedom is None else stdtr(freedom, -lost / spread))
