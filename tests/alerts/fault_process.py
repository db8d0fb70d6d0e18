"""One process of the fault campaign: prepare HOOK | write FIRST COUNT | deliver | log.

Waiting times are shorter than in life, so that a day of retries fits into seconds; nothing else differs.
"""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

PER_REPORT = 5
"""Alerts that one report opens, and one message tells."""


def prepare(hook: str) -> None:
    """An empty database where every other source is told by mail, the rest by webhook."""
    from django.core.management import call_command

    from alerts.models import Channel, Route

    call_command("migrate", verbosity=0)
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


def deliver() -> None:
    """Send until nothing is left; what was refused for good is sent again, as by the button."""
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
        if not Notification.objects.filter(state__in=UNFINISHED).exists():
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


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "write": write, "deliver": deliver, "log": log}[sys.argv[1]](*sys.argv[2:])
