"""How sources, models and jobs stand at this moment; one query each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from dataops.web import runs
from dataops.web.runs import RunState
from models_registry.models import DriftRun, Model
from quality.enums import Outcome, SourceState
from quality.models import CheckRun, DataSource

CHANGE_OVER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """A source after its newest run; scores are 0 to 1, None where there was none yet."""

    pk: int
    name: str
    state: str
    alert_below: float
    score: float | None
    score_before: float | None
    score_at_start: float | None
    checked_at: datetime | None
    outcomes: dict[str, int] | None
    error: str | None

    @property
    def url(self) -> str:
        return reverse("quality:source_detail", args=[self.pk])

    @property
    def is_troubled(self) -> bool:
        return self.state in (SourceState.FAILING, SourceState.DEGRADED)

    @property
    def reason(self) -> str:
        """Why it is not healthy, in a few words."""
        if self.error:
            return self.error
        if self.score is not None and self.score < self.alert_below:
            return f"Score {self.score:.3f}, the threshold is {self.alert_below:.2f}"
        found = self.outcomes or {}
        broken = found.get(Outcome.FAIL, 0) + found.get(Outcome.ERROR, 0)
        return f"{broken} {'check fails' if broken == 1 else 'checks fail'}"


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """A model after the newest finished drift check of its champion; None where there was none."""

    pk: int
    name: str
    drifted: bool | None
    severity: str | None
    verdict: str | None
    checked_at: datetime | None

    @property
    def url(self) -> str:
        return reverse("models:model_detail", args=[self.name])


def source_standings(*, start: datetime) -> list[SourceStanding]:
    """Every active source; ``score_at_start`` is what it had when the period ``start`` began."""
    fields = {
        "score": "newest_run__score",
        "checked_at": "newest_run__finished_at",
        "outcomes": "newest_run__outcomes",
        "error": "newest_run__error",
    }
    rows = DataSource.objects.active().annotate(
        score_before=_score_at(timezone.now() - CHANGE_OVER), score_at_start=_score_at(start)
    )
    found = rows.values(
        "pk", "name", "state", "alert_below", "score_before", "score_at_start", *fields.values()
    )
    return [SourceStanding(**_renamed(row, fields)) for row in found]


def _renamed(row: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
    short = {path: name for name, path in fields.items()}
    return {short.get(key, key): value for key, value in row.items()}


def _score_at(moment: datetime) -> Subquery:
    done = CheckRun.objects.checked().filter(source=OuterRef("pk"), finished_at__lt=moment)
    return Subquery(done.order_by("-created_at", "-pk").values("score")[:1])


def model_standings() -> list[ModelStanding]:
    """Every active model."""
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    names = {"drifted": "drifted", "severity": "severity", "verdict": "verdict", "checked_at": "finished_at"}
    columns = {name: Subquery(newest.values(column)[:1]) for name, column in names.items()}
    rows: Iterable[Any] = Model.objects.active().values("pk", "name", **columns)
    return [ModelStanding(**row) for row in rows]


def jobs_by_state() -> dict[str, int]:
    """Jobs of every kind that are queued or running."""
    live = [kind._default_manager.live().order_by() for kind in runs.kinds()]
    counts = [rows.values_list("state").annotate(count=Count("pk")) for rows in live]
    found = {str(RunState.QUEUED): 0, str(RunState.RUNNING): 0}
    for state, count in counts[0].union(*counts[1:], all=True):
        found[state] += count
    return found
