"""Runs by the clock, and data that is late. Everything here may be called twice or late without harm."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from alerts.services import Evidence, report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web import audit
from dataops.web.moments import Cron, zone
from dataops.web.runs import Trigger
from dataops.web.ticks import one_rhythm, take_due
from quality.models import DataSource, Schedule
from quality.services.reporting import subject_of
from quality.services.runs import NothingToCheck, request_run

log = structlog.get_logger(__name__)

SET = ("cron", "every_minutes", "time_zone", "paused", "expect_cron", "grace_minutes")


@transaction.atomic
def set_schedule(source: DataSource, *, by: Any, **fields: Any) -> Schedule:
    """Say when runs start and by when data is due; what is left out stays, of cron and interval the one
    that is said. Raises ValidationError."""
    fields = one_rhythm(fields)
    schedule = Schedule.objects.select_for_update().filter(source=source).first() or Schedule(source=source)
    before = {name: getattr(schedule, name) for name in SET}
    for name in SET:
        setattr(schedule, name, fields.get(name, before[name]))
    schedule.full_clean()
    changes = {
        name: [before[name], getattr(schedule, name)]
        for name in SET
        if before[name] != getattr(schedule, name)
    }
    now = timezone.now()
    if changes.keys() & {"cron", "every_minutes", "time_zone", "paused"}:
        # What would have been due while it was paused is not made up for.
        schedule.next_at = None if schedule.paused else schedule.next_tick(after=now)
    if changes.keys() & {"expect_cron", "time_zone", "paused"}:
        schedule.expecting_since = now if schedule.expect_cron else None
    schedule.save()
    if schedule.overdue and not schedule.expect_cron:
        _tell(schedule, None, now)
    if changes:
        audit.record("schedule.changed", by=by, target=source, changes=changes)
    source.schedule = schedule
    return schedule


def pause_schedule(source: DataSource, *, by: Any, paused: bool = True) -> Schedule | None:
    """Stop runs by the clock, or let them go on; None when the source has no schedule."""
    if not Schedule.objects.filter(source=source).exists():
        return None
    return set_schedule(source, by=by, paused=paused)


def start_due() -> int:
    """Start a run for each schedule whose time has come; returns how many ticks were taken."""
    now = timezone.now()
    return take_due(Schedule.objects.due(now).select_related("source"), now, lambda due: _start(due, now))


def _start(schedule: Schedule, now: datetime) -> None:
    if schedule.source.runs.live().exists():
        Schedule.objects.filter(pk=schedule.pk).update(skipped_at=now)
        log.warning("run skipped, the one before is at work", source=schedule.source_id)
        return
    try:
        request_run(schedule.source, trigger=Trigger.SCHEDULE)
    except NothingToCheck as nothing:
        log.info("scheduled run had nothing to check", source=schedule.source_id, reason=str(nothing))


@dataclass(frozen=True, slots=True)
class Expectation:
    """The newest moment by which data was due, grace included, and the newest arrival."""

    due_at: datetime
    window_begins_at: datetime
    arrived_at: datetime | None

    @property
    def is_met(self) -> bool:
        return self.arrived_at is not None and self.arrived_at > self.window_begins_at


def expectation_of(schedule: Schedule, *, now: datetime) -> Expectation | None:
    """What was expected last; None before the first deadline after it was set.

    Data counts for a deadline when it came after the deadline before; late data ends the alarm.
    """
    if not schedule.expect_cron:
        return None
    cron, tz = Cron.parse(schedule.expect_cron), zone(schedule.time_zone)
    due_at = cron.previous(now - timedelta(minutes=schedule.grace_minutes), tz)
    if due_at is None or (schedule.expecting_since and due_at < schedule.expecting_since):
        return None
    window_begins_at = cron.previous(due_at, tz) or due_at
    received_at = schedule.source.snapshots.aggregate(newest=Max("received_at"))["newest"]
    # Rows that are asked where they are leave no snapshot: to find (new) ones there is what counts.
    asked = schedule.source.runs.checked().filter(snapshot=None, rows__gt=0)
    asked_at = asked.aggregate(newest=Max("finished_at"))["newest"]
    arrived_at = max((at for at in (received_at, asked_at) if at is not None), default=None)
    return Expectation(due_at, window_begins_at, arrived_at)


def expectation_now(schedule: Schedule) -> Expectation | None:
    """What pages say about late data; None for a schedule that is not stored yet."""
    return expectation_of(schedule, now=timezone.now()) if schedule.pk else None


def watch_deadlines() -> int:
    """Open and close the alerts about late data; returns how many changed."""
    now = timezone.now()
    return sum(_watch(schedule, now) for schedule in Schedule.objects.expecting().select_related("source"))


@transaction.atomic
def _watch(schedule: Schedule, now: datetime) -> bool:
    expected = expectation_of(schedule, now=now)
    if expected is None or schedule.overdue != expected.is_met:  # as it was
        return False
    # Turned over by UPDATE: of two that see the change, one tells it.
    if not Schedule.objects.filter(pk=schedule.pk, overdue=schedule.overdue).update(
        overdue=not schedule.overdue
    ):
        return False
    _tell(schedule, None if expected.is_met else expected, now)
    return True


def _tell(schedule: Schedule, missed: Expectation | None, now: datetime) -> None:
    """The finding about late data; ``missed`` None says that nothing is late any more."""
    source = schedule.source
    local = missed.due_at.astimezone(zone(schedule.time_zone)) if missed else None
    came = (
        f"the newest came {missed.arrived_at:%Y-%m-%d %H:%M} UTC"
        if missed and missed.arrived_at
        else "none ever came"
    )
    finding = Finding(
        kind="quality.overdue",
        state=FindingState.BREACH if missed else FindingState.OK,
        severity=Severity.WARNING,
        title="New data is late",
        message=f"Due by {local:%Y-%m-%d %H:%M} ({schedule.time_zone}); {came}."
        if local
        else "Data is there again.",
        value=(now - missed.due_at).total_seconds() / 3600 if missed else None,
        unit="hours",
    )
    evidence = Evidence(label="Schedule", url=source.get_absolute_url(), sequence=None)
    report(subject=subject_of(source), findings=[finding], evidence=evidence)
    Schedule.objects.filter(pk=schedule.pk).update(overdue=missed is not None)
    schedule.overdue = missed is not None
