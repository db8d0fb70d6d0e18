"""What a comparison of two windows found: values for pages, the API and alerts."""

from dataclasses import dataclass
from enum import StrEnum

from dataops.engine.drift.measure import Kind
from dataops.engine.drift.together import Together
from dataops.engine.types import Severity

CLEARLY = 10.0
"""Floors that leave no doubt although nobody knows how much windows differ: days of delayed flights differ by
as many once in ninety."""


class DriftStatus(StrEnum):
    OK = "ok"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True)
class Component:
    """One method's answer for one column; ``detail`` is it in words."""

    method: str
    statistic: float
    p_value: float | None
    effect: float
    floor: float
    detail: str

    @property
    def magnitude(self) -> float:
        """Effect in floors: 1 is the smallest that matters."""
        return self.effect / self.floor


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One column of the reference and whether it still looks the same.

    ``method``, ``statistic``, ``effect`` and ``threshold`` (the effect's floor, or the policy's own
    limit) are those of the component that says most; ``p_value`` is that of all components combined
    and ``p_adjusted`` the same after accounting for the number of columns. ``magnitude`` is the
    effect in floors. ``missing_change`` is the change of the share of rows without a usable value,
    -1..1; ``new_values`` are the most frequent values that the reference never held. ``reason`` says
    in words why it drifted or not, or why it was not compared. ``is_beyond`` is whether it lies clearly
    further out than any column of any earlier window, or is not the same column any more.
    """

    name: str
    kind: Kind
    drifted: bool
    significant: bool
    reason: str
    severity: Severity | None = None
    method: str = ""
    statistic: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    effect: float | None = None
    threshold: float | None = None
    magnitude: float = 0.0
    importance: float | None = None
    missing_change: float | None = None
    new_values: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    is_beyond: bool = False

    @property
    def compared(self) -> bool:
        """Whether anything was measured or found broken, so that "not drifted" means something."""
        return bool(self.components) or self.drifted

    @property
    def weight(self) -> float:
        """Rank among the features: effect times importance (1 where no importances are known).

        The effect counts up to 20 floors, what a complete change of the distribution comes to, lest the
        low floors of new categories and ranges put these before everything else.
        """
        return min(self.magnitude, 20.0) * (1.0 if self.importance is None else self.importance)


@dataclass(frozen=True, slots=True)
class JointDrift:
    """Whether columns still go together as they did; ``p_value`` is that of the rows.

    ``p_adjusted`` takes account of all that was tested, None where nobody can tell; ``effect`` is the AUC
    that only the columns together give, 0..0.5, ``threshold`` the least that matters.
    """

    drifted: bool
    significant: bool
    severity: Severity | None
    p_value: float
    p_adjusted: float | None
    effect: float
    threshold: float
    together: Together
    reason: str
    is_beyond: bool = False

    @property
    def magnitude(self) -> float:
        """Effect in floors."""
        return self.effect / self.threshold


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Outcome of one comparison; ``features`` are those that need attention first.

    ``joint`` is about how columns go together, None when nobody looked.

    ``share_drifted`` is over the columns compared. ``detectable_effect`` is the smallest Kolmogorov-Smirnov
    distance that raises an alarm in 4 of 5 runs, None when the policy does not test by it. ``windows`` is the
    number of earlier windows that told what is usual, 0 when the rows did. ``calibrating`` is whether these
    did for want of earlier windows: what they show is then no more than a suspicion.
    """

    drifted: bool
    severity: Severity | None
    share_drifted: float
    status: DriftStatus
    method: str
    rows_reference: int
    rows_current: int
    detectable_effect: float | None
    features: tuple[FeatureDrift, ...]
    verdict: str
    windows: int = 0
    calibrating: bool = False
    joint: JointDrift | None = None

    @property
    def is_gross(self) -> bool:
        """Whether one window is enough to be sure: a critical change that no earlier window came near.

        Where there are too few of them, one of ten floors or more, or a column that is not the same any more.
        """
        judged: list[FeatureDrift | JointDrift] = [*self.features, *([self.joint] if self.joint else [])]
        critical = [one for one in judged if one.drifted and one.severity is Severity.CRITICAL]
        if self.calibrating:
            return any(one.is_beyond or one.magnitude >= CLEARLY for one in critical)
        return any(one.is_beyond or not self.windows for one in critical)

    @property
    def p_value(self) -> float | None:
        """Chance that any column looks like this without drift; None when no test was made."""
        adjusted = [feature.p_adjusted for feature in self.features]
        adjusted += [self.joint.p_adjusted] if self.joint else []
        return min((p for p in adjusted if p is not None), default=None)

    def feature(self, name: str) -> FeatureDrift | None:
        return next((feature for feature in self.features if feature.name == name), None)
