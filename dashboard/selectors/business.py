"""How the data of each owner or tag stands, and how it went over the last week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from dashboard.selectors.periods import Period
from dashboard.selectors.standing import SourceStanding
from dashboard.selectors.trends import by_step
from dataops.web.words import lazy as _
from quality.models import CheckRun, DataSource
from quality.selectors import open_alert_counts

OWNER, TAG = "owner", "tag"
NOBODY = {OWNER: _("No owner"), TAG: _("No tag")}


@dataclass(slots=True)
class Area:
    """What one person is responsible for, or what has one tag; scores are means of 0 to 1.

    ``key`` is the user name or the tag, empty for what has neither. ``daily`` holds the mean at the end of
    each day, None before there was any score.
    """

    name: str
    key: str = ""
    sources: list[SourceStanding] = field(default_factory=list)
    open_alerts: int = 0
    daily: list[float | None] = field(default_factory=list)

    @property
    def score(self) -> float | None:
        return _mean(source.score for source in self.sources)

    @property
    def before(self) -> float | None:
        """A week ago."""
        return _mean(source.score_before for source in self.sources)

    @property
    def troubled(self) -> list[SourceStanding]:
        """The worst first."""
        found = [source for source in self.sources if source.is_troubled]
        return sorted(found, key=lambda source: (source.score is not None, source.score or 0.0))


def areas(by: str, sources: Sequence[SourceStanding], over: Period) -> list[Area]:
    """An area for each owner or tag, those with most trouble first; three queries.

    A source with several tags is in several areas.
    """
    names = _names(by)
    found: dict[str, Area] = {}
    for source in sources:
        for key, name in names.get(source.pk) or [("", str(NOBODY[by]))]:
            found.setdefault(key, Area(name, key)).sources.append(source)
    alerts = open_alert_counts([source.pk for source in sources])
    changes = _changes(over)
    for area in found.values():
        area.open_alerts = sum(alerts.get(source.pk, 0) for source in area.sources)
        area.daily = _daily(area.sources, changes, over)
    return sorted(found.values(), key=lambda area: (-len(area.troubled), area.name))


def _names(by: str) -> dict[int, list[tuple[str, str]]]:
    """Key and name of each area that a source is in."""
    if by == TAG:
        tagged = DataSource.objects.active().values_list("pk", "tags")
        return {pk: [(tag, tag) for tag in tags] for pk, tags in tagged}
    rows = DataSource.objects.active().exclude(owner=None)
    people = rows.values_list("pk", "owner__first_name", "owner__last_name", "owner__username")
    return {pk: [(username, f"{first} {last}".strip() or username)] for pk, first, last, username in people}


def _changes(over: Period) -> dict[datetime, dict[int, float]]:
    """The last score of each source on each day it was checked."""
    runs = CheckRun.objects.checked().exclude(score=None)
    found: dict[datetime, dict[int, float]] = {}
    for start, source, score in by_step(runs, over, F("source_id"), "score"):
        found.setdefault(start, {})[source] = score
    return found


def _daily(
    sources: Sequence[SourceStanding], changes: dict[datetime, dict[int, float]], over: Period
) -> list[float | None]:
    """A source keeps its score until its next run."""
    scores: dict[int, Any] = {source.pk: source.score_before for source in sources}
    means = []
    for start in over.starts:
        scores |= {pk: score for pk, score in changes.get(start, {}).items() if pk in scores}
        means.append(_mean(scores.values()))
    return means


def _mean(scores: Iterable[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
