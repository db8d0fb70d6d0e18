"""Whether the estimates of a version are worth showing, told by the weeks whose truth came since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models_registry.enums import PerformanceKind, Task
from models_registry.models import ModelPerformance

LEAST_ROWS = 30
"""Fewer rows with truth say nothing for or against an estimate."""
LEAST_COVERAGE = 0.5
"""Where less of a week has its truth, the rows that have it may be others than the rows estimated."""
WEEKS_OFF = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """Estimate and truth of one week by the main metric.

    ``side`` is 0 when the truth was inside the interval, else 1 above and -1 below it.
    """

    window_from: datetime
    estimated: float
    realised: float
    side: int


@dataclass(frozen=True, slots=True)
class Trust:
    """The weeks that could be compared, oldest first.

    An estimate is switched off while its interval missed the truth on the same side in each of the newest
    three: by chance alone once in 32,000 times. One week is like no other, so intervals made of rows alone
    miss more often than 1 in 20, but not always on the same side.
    """

    weeks: tuple[Compared, ...] = ()

    @property
    def mean_error(self) -> float | None:
        """Mean distance of estimate and truth, in the unit of the metric; None before any comparison."""
        errors = [abs(week.estimated - week.realised) for week in self.weeks]
        return sum(errors) / len(errors) if errors else None

    @property
    def inside(self) -> int:
        return sum(week.side == 0 for week in self.weeks)

    @property
    def is_off(self) -> bool:
        newest = self.weeks[-WEEKS_OFF:]
        return len(newest) == WEEKS_OFF and abs(sum(week.side for week in newest)) == WEEKS_OFF

    @property
    def reason(self) -> str:
        """Why estimates are not shown; empty while they are."""
        if not self.is_off:
            return ""
        since = self.weeks[-WEEKS_OFF].window_from
        return (
            f"Switched off: since the week from {since:%d %b %Y} the truth was outside the interval of the "
            "estimate every week. What the estimate takes for granted holds no longer; most likely the same "
            "features have come to mean something else (concept drift)."
        )

    def withholds(self, row: ModelPerformance) -> bool:
        """Whether a measurement is an estimate that nobody should rely on: newer than all that missed."""
        if not self.is_off or row.kind != PerformanceKind.ESTIMATED or row.window_from is None:
            return False
        return row.window_from > self.weeks[-1].window_from


def trust_of(task: str, measured: Iterable[ModelPerformance]) -> Trust:
    """Compare the estimates and the realised metrics of one version, in any order."""
    by_week: dict[datetime, dict[str, ModelPerformance]] = {}
    for row in measured:
        if row.window_from is not None:
            by_week.setdefault(row.window_from, {})[row.kind] = row
    found = [_compared(Task(task).main_metric, week, kinds) for week, kinds in sorted(by_week.items())]
    return Trust(tuple(week for week in found if week is not None))


def _compared(name: str, week: datetime, kinds: dict[str, ModelPerformance]) -> Compared | None:
    estimate, truth = kinds.get(PerformanceKind.ESTIMATED), kinds.get(PerformanceKind.REALISED)
    if estimate is None or truth is None:
        return None
    if truth.rows < max(LEAST_ROWS, LEAST_COVERAGE * (estimate.logged or 0)):
        return None
    ends, came = estimate.intervals.get(name), truth.metrics.get(name)
    if ends is None or came is None:
        return None
    return Compared(week, estimate.metrics[name], came, (came > ends[1]) - (came < ends[0]))
