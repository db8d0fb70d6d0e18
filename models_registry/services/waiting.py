"""Waiting for a drift run inside a request, without taking the site's threads for it."""

import threading
import time

from models_registry.models import DriftRun

POLL_SECONDS = 0.1

# A waiting request holds one of the few threads that answer pages, so a process lets only one wait.
_seat = threading.BoundedSemaphore(1)


def wait_for(run: DriftRun, seconds: float) -> DriftRun:
    """The run once it is over, or as it stands after ``seconds``; at once when another request waits."""
    if not _seat.acquire(blocking=False):
        return run
    try:
        deadline = time.monotonic() + seconds
        while not run.is_terminal and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            run.refresh_from_db()
    finally:
        _seat.release()
    return run
