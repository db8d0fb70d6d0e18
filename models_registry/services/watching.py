"""Drift checks by the clock, and the policy that judges them."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from dataops.web import audit
from dataops.web.runs import Trigger
from dataops.web.ticks import one_rhythm, take_due
from models_registry.models import DriftRun, Model, ModelVersion, Watch
from models_registry.services.batch_log import file_waiting
from models_registry.services.drift_requests import request_drift_run
from models_registry.services.policies import check_columns, read_policy, shared_policy, stored_policy

log = structlog.get_logger(__name__)

CLOCK = ("cron", "every_minutes", "time_zone", "paused")
SET = (*CLOCK, "window_rows", "reference", "reference_run", "reference_windows")


@transaction.atomic
def set_watch(model: Model, *, by: Any, policy: dict[str, Any] | None = None, **fields: Any) -> Watch:
    """Say when drift is checked and what counts as it; what is left out stays, of cron and interval the
    one that is said.

    Raises ValidationError for a time that is none, NotAccepted for a policy that makes no sense.
    """
    fields = one_rhythm(fields)
    watch = Watch.objects.select_for_update().filter(model=model).first() or Watch(model=model)
    before = {name: getattr(watch, name) for name in (*SET, "policy")}
    for name in SET:
        setattr(watch, name, fields.get(name, before[name]))
    if policy is not None:
        shared = shared_policy()
        told = read_policy(policy, shared)
        if model.champion is not None:
            check_columns(told, model.champion)
        watch.policy = stored_policy(told, shared)
    watch.full_clean()
    changes = {
        name: [_plain(value), _plain(getattr(watch, name))]
        for name, value in before.items()
        if value != getattr(watch, name)
    }
    if changes.keys() & set(CLOCK):
        # What would have been due while it was paused is not made up for.
        watch.next_at = None if watch.paused else watch.next_tick(after=timezone.now())
    watch.save()
    if changes:
        audit.record("watch.changed", by=by, target=model, changes=changes)
    return watch


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, DriftRun) else value


def start_due() -> int:
    """Start a drift check for each watch whose time has come; returns how many ticks were taken."""
    now = timezone.now()
    due = Watch.objects.due(now).select_related("model__champion__model")
    return take_due(due, now, lambda watch: _start(watch, now))


def _start(watch: Watch, now: datetime) -> None:
    version = watch.model.champion
    if version is None or DriftRun.objects.live().filter(version=version, trigger=Trigger.SCHEDULE).exists():
        Watch.objects.filter(pk=watch.pk).update(skipped_at=now)
        log.warning("drift check skipped, the one before is at work", model=watch.model.name)
        return
    ends_at = watch.next_at or now
    if watch.window_rows is None:
        begins_at = watch.tick_before(ends_at)
        request_drift_run(version=version, window_from=begins_at, window_to=ends_at, trigger=Trigger.SCHEDULE)
    elif _has_new(version, watch.window_rows):
        request_drift_run(version=version, last=watch.window_rows, trigger=Trigger.SCHEDULE)


def _has_new(version: ModelVersion, rows: int) -> bool:
    """Whether so many predictions came since the newest window by the clock; windows share none."""
    scheduled = version.drift_runs.finished().filter(trigger=Trigger.SCHEDULE, current_to__isnull=False)
    seen = scheduled.order_by("-current_to").values_list("current_to", flat=True).first()
    file_waiting(version.model_id)
    new = version.predictions.order_by()
    if seen is not None:
        new = new.filter(predicted_at__gt=seen)
    return new[:rows].count() >= rows


@transaction.atomic
def expect_drift(*, run: DriftRun, by: Any, expected: bool = True) -> None:
    """Say that a window is as it should be, so that later ones may look like it."""
    run.expected = expected
    run.save(update_fields=["expected"])
    audit.record("drift.expected" if expected else "drift.unexpected", by=by, target=run)
