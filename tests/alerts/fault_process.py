"""Processes of the fault campaign: prepare HOOK | write FIRST COUNT | deliver MESSAGES | log.

One process loads the product, and for each line it reads becomes two: the new one does as it is told, and
can be killed like any other. Loading costs seconds; forty kills would be about that and little else.
``poll PID``, ``wait PID`` and ``kill PID`` answer how one ended.

Waiting times are shorter than in life, so that a day of retries fits into seconds; nothing else differs.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

from dataops.engine.confine import die_with_parent

PER_REPORT = 5
"""Alerts that one report opens, and one message tells."""


def prepare(hook: str) -> None:
    """Every other source is told by mail, the rest by webhook."""
    from alerts.models import Channel, Route

    Route.objects.all().delete()
    Channel.objects.update(config={"recipients": ["ada@example.com"]}, per_minute=0)
    Channel.objects.create(name="hook", kind="webhook", config={"url": hook}, per_minute=0)
    for channel in Channel.objects.all():
        Route.objects.create(name=channel.kind, match={"tag": channel.kind}).channels.set([channel])


def write(first: str, count: str) -> None:
    """Alerts called ``event 17.``, each report with its messages in one transaction."""
    from alerts.services import Evidence, Subject, report
    from tests.alerts.helpers import breach

    for start in range(int(first), int(first) + int(count), PER_REPORT):
        kind = "email" if (start // PER_REPORT) % 2 else "webhook"
        subject = Subject(type="source", id=str(start), name=f"source {start}", tags=(kind,))
        found = [breach(f"kind{n}", title=f"event {n}.") for n in range(start, start + PER_REPORT)]
        report(subject=subject, findings=found, evidence=Evidence(label="run", url="", sequence=1))


def deliver(messages: str) -> None:
    """Send until that many are sent; what was refused for good is sent again, as by the button."""
    _hurry()
    from alerts.enums import UNFINISHED, NotificationState
    from alerts.models import Notification
    from alerts.services import deliver_due, retry

    person = _person()
    while True:
        if not deliver_due():
            time.sleep(0.05)
        for dead in Notification.objects.filter(state=NotificationState.DEAD):
            retry(dead, by=person)
        unfinished = Notification.objects.filter(state__in=UNFINISHED)
        if Notification.objects.count() >= int(messages) and not unfinished.exists():
            return


def _person() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.get_or_create(username="operator")[0]


def _hurry() -> None:
    from alerts.channels import email, http
    from alerts.services import delivery

    email.TIMEOUT_SECONDS = http.TIMEOUT_SECONDS = 1
    delivery.LEASE = timedelta(seconds=3)
    delivery.backoff = lambda attempt: timedelta(seconds=0.05 * min(attempt, 5))


def log() -> None:
    """Print what the delivery log says of each message: its id, its state, outcome and answer of each try."""
    from alerts.models import Notification

    rows = [
        {
            "uuid": str(message.uuid),
            "state": message.state,
            "tries": [(attempt.outcome, attempt.detail) for attempt in message.attempts.all()],
        }
        for message in Notification.objects.prefetch_related("attempts")
    ]
    print(json.dumps(rows))


COMMANDS: dict[str, Callable[..., None]] = {
    "prepare": prepare, "write": write, "deliver": deliver, "log": log,
}  # fmt: skip


def serve() -> None:
    """Answer each line: the id of the process it started, or how one ended ("running" while it has not)."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # which the first mail would load
    ended: dict[int, int] = {}
    for line in sys.stdin:
        command, *arguments = line.split()
        if command in COMMANDS:
            print(_fork(command, arguments), flush=True)
        else:
            print(_ended(command, int(arguments[0]), known=ended), flush=True)


def _fork(command: str, arguments: list[str]) -> int:
    if child := os.fork():
        return child
    die_with_parent()
    code = 1
    try:
        COMMANDS[command](*arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _ended(command: str, child: int, *, known: dict[int, int]) -> int | str:
    if child not in known:
        if command == "kill":
            os.kill(child, signal.SIGKILL)
        found, status = os.waitpid(child, os.WNOHANG if command == "poll" else 0)
        if not found:
            return "running"
        known[child] = os.waitstatus_to_exitcode(status)
    return known[child]


if __name__ == "__main__":
    django.setup()
    serve()
