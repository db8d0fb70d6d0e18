"""Publishing to Celery as a hint: within a second, never an error for the caller.

The database row is the truth, so a message that cannot be sent costs seconds, not a job.
"""

import time
from functools import cache
from typing import Any

import kombu
import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

log = structlog.get_logger(__name__)

BUDGET_SECONDS = 1.0
PAUSE_PER_SECOND_LOST = 30.0
"""After a second of silence half a minute goes without messages; who refuses at once is soon asked again."""

_broken_until = 0.0


@cache
def _producers() -> Any:
    """Own connections with short timeouts: the workers' ones may wait, a page must not."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {
        "socket_timeout": BUDGET_SECONDS,
        "socket_connect_timeout": BUDGET_SECONDS,
        "max_retries": 0,
    }
    return kombu.pools.producers[current_app.connection_for_write(transport_options=options)]


def publish(task_name: str, *args: Any, queue: str = "fast") -> bool:
    """Send one message; False when the broker did not take it in time."""
    global _broken_until
    began = time.monotonic()
    if began < _broken_until:
        return False
    try:
        with _producers().acquire(block=True, timeout=BUDGET_SECONDS) as producer:
            current_app.send_task(
                task_name, args=args, queue=queue, producer=producer, retry=False, ignore_result=True
            )
    except Exception as fault:  # any broker fault at all: the sweep will find the row
        now = time.monotonic()
        _broken_until = now + PAUSE_PER_SECOND_LOST * (now - began)
        log.warning("broker did not take a message", task=task_name, fault=type(fault).__name__)
        return False
    return True


def send_on_commit(task_name: str, *args: Any, queue: str = "fast") -> None:
    """Publish once the transaction is through; at once when there is none."""
    transaction.on_commit(lambda: publish(task_name, *args, queue=queue))
