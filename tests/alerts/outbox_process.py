"""One process of the outbox, for tests that start several and kill some.

``python -m tests.alerts.outbox_process prepare N | deliver | once | overdue``
"""

import sys
import time

import django


def prepare(count: str) -> None:
    """Put ``count`` messages that are due into a database that is empty."""
    from alerts.models import Channel, Route
    from tests.alerts.helpers import breach, say

    Channel.objects.update(config={"recipients": ["ada@example.com"]}, per_minute=0)
    Route.objects.update(interval_minutes=0)
    for number in range(int(count)):
        say(breach(f"kind{number}"))


def deliver() -> None:
    """A worker: look again and again until nothing is left to do."""
    from alerts.enums import UNFINISHED
    from alerts.models import Notification
    from alerts.services import deliver_due

    while Notification.objects.filter(state__in=UNFINISHED).exists():
        if not deliver_due():
            time.sleep(0.05)


def once() -> None:
    """One pass; prints how many messages it tried."""
    from alerts.services import deliver_due

    print(deliver_due())


def overdue() -> None:
    """A worker that comes when the time of every lease is over."""
    from alerts.models import Notification

    Notification.objects.filter(state="sending").update(lease_until="2020-01-01T00:00Z")
    deliver()


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "deliver": deliver, "once": once, "overdue": overdue}[sys.argv[1]](*sys.argv[2:])
