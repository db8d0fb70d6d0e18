"""What each source scored on each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from dashboard.selectors.periods import Period
from dashboard.selectors.standing import SourceStanding
from dashboard.selectors.trends import by_step
from quality.models import CheckRun

STATES = ("failing", "degraded", "healthy", "unknown")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one source; ``score`` is that of its last run, None on a day without one."""

    at: datetime
    score: float | None = None
    run: int | None = None

    @property
    def url(self) -> str:
        return reverse("quality:run_detail", args=[self.run]) if self.run else ""


@dataclass(frozen=True, slots=True)
class Row:
    source: SourceStanding
    cells: list[Cell]


def calendar(over: Period, sources: Sequence[SourceStanding], *, most: int) -> list[Row]:
    """The ``most`` sources that are worst off, each with a cell for every step; one query."""
    shown = sorted(sources, key=_worst_first)[:most]
    runs = CheckRun.objects.checked().filter(source__in=[source.pk for source in shown])
    cells = {
        (pk, start): Cell(start, score, run)
        for start, pk, score, run in by_step(runs, over, F("source_id"), "score", "pk")
    }
    return [
        Row(source, [cells.get((source.pk, start)) or Cell(start) for start in over.starts])
        for source in shown
    ]


def _worst_first(source: SourceStanding) -> tuple[int, float, str]:
    score = 1.0 if source.score is None else source.score
    return STATES.index(source.state), score, source.name
