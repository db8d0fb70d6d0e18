"""What must be true after a storm, asked of the database by a process of its own.

``python -m tests.faults.checker hurry`` lets the time of every lease and pause be over;
``... wait SECONDS`` until no job and no message is unfinished, and prints after how long (job, message);
``... wait SECONDS hurrying`` lets the time of every lease and pause be over again and again meanwhile;
``... verdict RUN,RUN,...`` prints the broken promises about these runs, and the log of the messages, as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import django

POLL_SECONDS, HURRY_SECONDS = 0.5, 2.0
# Twice the time from one heartbeat to the next.
SILENT = timedelta(seconds=10)


def hurry() -> None:
    """As if the clock had gone on: what a killed process held is free at once."""
    from django.utils import timezone

    from alerts.models import Notification
    from dataops.web import runs
    from dataops.web.models import IdempotencyRecord

    past = timezone.now() - timedelta(days=1)
    IdempotencyRecord.objects.filter(status=None).update(created_at=past)
    Notification.objects.filter(state="sending").update(lease_until=past)
    Notification.objects.filter(state__in=["pending", "retry"]).update(not_before=timezone.now())
    for model in runs.kinds():
        silent = model._default_manager.running().filter(heartbeat_at__lt=timezone.now() - SILENT)
        silent.update(heartbeat_at=past)
        model._default_manager.queued().update(nudged_at=None, not_before=None)


def wait(seconds: str, hurrying: str = "") -> None:
    from django.db import DatabaseError, connection

    took: dict[str, float] = {}
    began = hurried = time.monotonic()
    while time.monotonic() < began + float(seconds) and len(took) < len(UNFINISHED):
        # The messages after the jobs: what a job finds is told by a message.
        what, count = list(UNFINISHED.items())[len(took)]
        try:
            if hurrying and time.monotonic() > hurried + HURRY_SECONDS:
                hurry()
                hurried = time.monotonic()
            if not count():
                took[what] = time.monotonic() - began
                continue
        except DatabaseError:  # it is being restarted
            connection.close()
        time.sleep(POLL_SECONDS)
    print(json.dumps([took.get(what) for what in UNFINISHED]))


def _unfinished_jobs() -> int:
    from dataops.web import runs

    return sum(model._default_manager.live().count() for model in runs.kinds())


def _unfinished_messages() -> int:
    from alerts.enums import UNFINISHED as STATES
    from alerts.models import Notification

    return Notification.objects.filter(state__in=STATES).count()


UNFINISHED: dict[str, Callable[[], int]] = {"jobs": _unfinished_jobs, "messages": _unfinished_messages}


def verdict(ids: str) -> None:
    wanted = [int(pk) for pk in ids.split(",") if pk]
    broken = [
        *_runs_lost(wanted),
        *_results_twice(),
        *_history(),
        *_breaches_without_an_episode(wanted),
        *_leases(),
        *_messages(),
    ]
    print(json.dumps({"broken": broken, "log": _log()}))


def _runs_lost(wanted: list[int]) -> Iterator[str]:
    """Every upload that was answered has a run that succeeded; no run came of nothing."""
    from quality.models import CheckRun

    states = dict(CheckRun.objects.values_list("pk", "state"))
    for pk in wanted:
        if states.get(pk) != "succeeded":
            yield f"run {pk} is {states.get(pk, 'gone')}"
    if stray := set(states) - set(wanted):
        yield f"runs {sorted(stray)} belong to no upload that was answered"
    if len(set(wanted)) < len(wanted):
        yield "two uploads were answered with one run"


def _results_twice() -> Iterator[str]:
    from django.db.models import Count

    from quality.models import CheckResult

    same = CheckResult.objects.order_by().values("run", "check_key", "column", "configured")
    for row in same.annotate(count=Count("pk")).filter(count__gt=1):
        yield f"run {row['run']} says {row['count']} times what {row['check_key']} found"


def _history() -> Iterator[str]:
    """One point for each run, in the order of the runs."""
    from quality.models import CheckRun, RunNumbers, StoredProfile

    done = set(CheckRun.objects.filter(state="succeeded").values_list("pk", flat=True))
    points = list(RunNumbers.objects.filter(column="").values_list("run_id", flat=True))
    if sorted(points) != sorted(done):
        yield f"{len(points)} points of history for {len(done)} runs"
    if set(StoredProfile.objects.values_list("run_id", flat=True)) != done:
        yield "a run has no profile, or a profile no run"
    for source, moments in _moments_by_source().items():
        if moments != sorted(moments):
            yield f"the history of source {source} goes back in time"


def _moments_by_source() -> dict[int, list[Any]]:
    from quality.models import CheckRun

    moments: dict[int, list[Any]] = {}
    for source, at in CheckRun.objects.order_by("pk").values_list("source_id", "created_at"):
        moments.setdefault(source, []).append(at)
    return moments


def _breaches_without_an_episode(wanted: list[int]) -> Iterator[str]:
    """A run below the limit of its source has the one open episode of one alert, told by a message."""
    from alerts.models import Alert
    from quality.models import CheckRun

    for run in CheckRun.objects.filter(pk__in=wanted).select_related("source"):
        if not run.below_threshold:
            continue
        about = Alert.objects.about("source", str(run.source_id)).filter(kind="quality.score")
        for alert in about:
            episodes = list(alert.episodes.all())
            if len(episodes) != 1 or not episodes[0].notifications.exists():
                yield f"alert {alert.pk} about run {run.pk} has {len(episodes)} episodes or no message"
            if alert.count != 1:
                yield f"run {run.pk} was reported {alert.count} times"
        if len(about) != 1:
            yield f"run {run.pk} breached its limit and has {len(about)} alerts"


def _leases() -> Iterator[str]:
    from django.db.models import Count, Q

    from alerts.models import Alert, Notification
    from dataops.web import runs

    for model in runs.kinds():
        if held := model._default_manager.exclude(lease_token=None).count():
            yield f"{held} {model._meta.verbose_name} keep a lease"
    if held := Notification.objects.exclude(lease_token=None).count():
        yield f"{held} messages keep a lease"
    open_twice = Alert.objects.annotate(open=Count("episodes", filter=Q(episodes__resolved_at=None)))
    for alert in open_twice.filter(open__gt=1):
        yield f"alert {alert.pk} has {alert.open} open episodes"


def _messages() -> Iterator[str]:
    from alerts.models import Notification

    ended = ("sent", "folded", "cancelled")
    for pk, state in Notification.objects.exclude(state__in=ended).values_list("pk", "state"):
        yield f"message {pk} is {state}"


def _log() -> dict[str, Any]:
    """By id: whether it was sent, and outcome and answer of each try."""
    from alerts.models import Notification

    return {
        str(message.uuid): {
            "state": message.state,
            "tries": [(attempt.outcome, attempt.detail) for attempt in message.attempts.all()],
        }
        for message in Notification.objects.prefetch_related("attempts")
    }


if __name__ == "__main__":
    django.setup()
    {"hurry": hurry, "wait": wait, "verdict": verdict}[sys.argv[1]](*sys.argv[2:])
