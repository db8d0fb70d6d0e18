"""How a source stands after its newest finished run."""

from django.db.models import QuerySet

from dataops.engine.types import Outcome
from dataops.web.runs import RunState
from quality.enums import SourceState
from quality.models import CheckRun, DataSource


def move_source(run: CheckRun) -> None:
    """Let the source show its newest finished run; an older one that ends late changes nothing."""
    newer = DataSource.objects.filter(pk=run.source_id, newest_run__pk__gt=run.pk).exists()
    if not newer:
        DataSource.objects.filter(pk=run.source_id).update(newest_run=run, state=state_after(run))


def stand_on(run: CheckRun) -> None:
    """Let the source show an older run again, whose content is what it holds."""
    DataSource.objects.filter(pk=run.source_id).update(newest_run=run, state=state_after(run))


def rest_source(run: CheckRun) -> None:
    """Let the source stand as it stood: this run found no new rows. What fails all the same degrades it."""
    source = DataSource.objects.get(pk=run.source_id)
    last = CheckRun.objects.filter(pk=source.cursor.get("run") or 0).first()
    if last is None:
        move_source(run)
        return
    state = state_after(last)
    if state == SourceState.HEALTHY and _fails(run):
        state = SourceState.DEGRADED
    DataSource.objects.filter(pk=source.pk).update(newest_run=last, state=state)


def restate(sources: QuerySet[DataSource]) -> None:
    """Let sources whose thresholds moved fail, or fail no more, by the score that they have."""
    runs = CheckRun.objects.filter(pk__in=sources.values("newest_run")).select_related("source")
    moved = []
    for run in runs:
        source, state = run.source, state_after(run)
        if state != source.state and SourceState.FAILING in (state, source.state):
            source.state = state
            moved.append(source)
    DataSource.objects.bulk_update(moved, ["state"], batch_size=500)


def _fails(run: CheckRun) -> bool:
    return bool(run.outcomes.get(Outcome.FAIL) or run.outcomes.get(Outcome.ERROR))


def state_after(run: CheckRun) -> SourceState:
    if run.state != RunState.SUCCEEDED or run.below_threshold:
        return SourceState.FAILING
    if _fails(run):
        return SourceState.DEGRADED
    return SourceState.HEALTHY if run.score is not None else SourceState.UNKNOWN
