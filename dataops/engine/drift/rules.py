"""When a difference counts as drift: the knobs of a comparison and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dataops.engine.drift.methods import METHODS
from dataops.engine.drift.windows import ENOUGH, SOME
from dataops.engine.types import Severity

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class DriftPolicy:
    """How two windows are compared.

    ``method`` is "default" or the key of one drift method.

    *Default*: several tests per column are combined into one p-value, and a column drifts when the
    difference is both **significant** (Benjamini-Hochberg over the columns at ``q``: without drift,
    about one run in 1/q raises anything) and **material** (the effect of a test that is itself
    significant reaches its floor). Severity is the effect in floors: 1x info, 2x warning, 4x critical.

    Columns may each look the same and yet no longer go together. Where rows of both sides are at hand, a
    classifier that learned from half of them tells the other half apart, one more test beside the columns;
    its effect is how much better it does so by whole rows than by columns that are shuffled one by one, and
    ``joint_floor`` is what matters of it.

    *One method*: only that method, on the columns that it applies to. Without ``threshold`` a test is
    judged as above and a distance drifts from its floor up. With ``threshold`` a test drifts when p is at
    or under it, uncorrected and however small the effect; a distance from the threshold up.

    Both assume that rows are independent. Rows of one day are alike, so a window of a day differs
    from a reference of months for certain even when nothing is wrong. The floors hold back those
    of these alarms that are small. Earlier windows are the better remedy: from 5 of them on, tests count as
    many rows as these are worth (at an eighth of ``q``); from 20 on, a window is compared with windows, and
    ``window_alpha`` of the runs without drift raise anything. Effects and floors stay the same.
    """

    method: str = field(
        default=DEFAULT, metadata={"help": "The combined default, or one drift method for all columns."}
    )
    threshold: float | None = field(
        default=None,
        metadata={
            "help": "Own limit for a single method: a p-value for tests, else a distance.",
            "minimum": 0.0,
        },
    )
    q: float = field(
        default=0.02,
        metadata={"help": "False alarms tolerated per run without drift.", "minimum": 1e-6, "maximum": 0.5},
    )
    window_alpha: float = field(
        default=0.05,
        metadata={
            "help": "False alarms tolerated per run once there are 20 earlier windows to compare with.",
            "minimum": 0.001,
            "maximum": 0.5,
        },
    )
    minimum_reference: int = field(
        default=100,
        metadata={"help": "Fewer reference values are not compared.", "unit": "rows", "minimum": 2},
    )
    minimum_current: int = field(
        default=30, metadata={"help": "Fewer current values are not compared.", "unit": "rows", "minimum": 2}
    )
    floors: Mapping[str, float] = field(
        default_factory=dict, metadata={"help": "Smallest effect that matters, by method, where not its own."}
    )
    joint_floor: float = field(
        default=0.15,
        metadata={
            "help": "How much better whole rows tell the windows apart than single columns do, as area under "
            "the ROC curve, before that is drift; 0.5 never is.",
            "minimum": 0.01,
            "maximum": 0.5,
        },
    )
    fall_floor: float = field(
        default=0.05,
        metadata={
            "help": "How much of its main metric a model has to lose, as a share of what it was, before "
            "that is an alarm; 1 never is.",
            "minimum": 0.001,
            "maximum": 1.0,
        },
    )
    columns: Mapping[str, float] = field(
        default_factory=dict,
        metadata={
            "help": "Factor on what matters, by column: 2 takes twice the effect, 0 leaves the column out."
        },
    )

    def __post_init__(self) -> None:
        for key in [*self.floors, *([] if self.method == DEFAULT else [self.method])]:
            METHODS[key]
        for name, chance in (("q", self.q), ("window_alpha", self.window_alpha)):
            if not 0 < chance < 1:
                raise ValueError(f"{name} is {chance}; it is a chance, so it lies between 0 and 1")
        if self.threshold is not None and (self.method == DEFAULT or self.threshold <= 0):
            raise ValueError(f"threshold {self.threshold} needs a single method and must be above 0")
        if any(floor <= 0 for floor in self.floors.values()):
            raise ValueError(f"floors {dict(self.floors)} must all be above 0")
        if any(factor < 0 for factor in self.columns.values()):
            raise ValueError(f"columns {dict(self.columns)} must all be 0 or above")

    def level(self, windows: int) -> float:
        """Adjusted p-value up to which a column is significant, given so many earlier windows."""
        if windows >= ENOUGH:
            return self.window_alpha
        # Few windows tell the design effect roughly, and a rough one alarms too often.
        return self.q / 8 if windows >= SOME else self.q

    def tolerated(self, windows: int) -> float:
        """Share of runs without drift that may raise anything, measured by so many earlier windows.

        With 5 to 19 of them ``level`` is nominal: on days in random order the rate was found to be about that
        of 20 and more.
        """
        return self.window_alpha if windows >= SOME else self.q

    def floor(self, method: str, column: str = "") -> float:
        """Smallest effect of this method that matters in a column; a column that is left out has none."""
        factor = self.columns.get(column, 1.0)
        if self.threshold is not None and not METHODS[method].is_test:
            return self.threshold * factor
        return self.floors.get(method, METHODS[method].floor) * factor

    def watches(self, column: str) -> bool:
        return self.columns.get(column, 1.0) > 0


def severity_of(magnitude: float) -> Severity | None:
    """Severity of an effect given in floors; None below the first.

    >>> [severity_of(size) for size in (0.9, 1, 2, 4)]
    [None, <Severity.INFO: 'info'>, <Severity.WARNING: 'warning'>, <Severity.CRITICAL: 'critical'>]
    """
    reached = [level for level, at in zip(Severity, (1, 2, 4), strict=True) if magnitude >= at]
    return reached[-1] if reached else None
