"""When the columns of a source changed, and with whose data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dataops.web.runs import RunState
from quality.models import CheckRun, DataSource

RUNS_READ = 1000


@dataclass(frozen=True, slots=True)
class SchemaEvent:
    """Changes that a run was the first to see; ``runs`` saw them before they were accepted or went."""

    run: CheckRun
    changes: list[dict[str, Any]]
    runs: int


def schema_history(source: DataSource) -> list[SchemaEvent]:
    """Changes of the columns, newest first, of the newest thousand runs; one query."""
    runs = (
        CheckRun.objects.filter(source=source, state=RunState.SUCCEEDED)
        .select_related("requested_by", "snapshot")
        .defer("dimensions", "accounting", "rejects", "outcomes")
        .newest_first()[:RUNS_READ]
    )
    return list(reversed(_events(reversed(list(runs)))))


def _events(runs: Iterable[CheckRun]) -> list[SchemaEvent]:
    events: list[SchemaEvent] = []
    open_changes: dict[str, int] = {}
    for run in runs:
        seen = {str(sorted(change.items())): change for change in run.schema_changes}
        open_changes = {key: place for key, place in open_changes.items() if key in seen}
        for place in set(open_changes.values()):
            event = events[place]
            events[place] = SchemaEvent(event.run, event.changes, event.runs + 1)
        new = [change for key, change in seen.items() if key not in open_changes]
        if new:
            open_changes |= {key: len(events) for key in seen if key not in open_changes}
            events.append(SchemaEvent(run, new, 1))
    return events
