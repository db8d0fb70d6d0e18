"""How requests for predictions end, by version: counted in memory, written at most every few seconds.

A row for each request that was refused would let a client that sends nonsense write as fast as it can send.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from dataops.engine.errors import InspectionError
from models_registry.enums import RequestOutcome
from models_registry.formats.base import ArtifactError
from models_registry.models import ModelVersion, RequestCount
from models_registry.services.counting import add_to_count

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5.0
"""What is not written yet is lost when the process ends."""

Place = tuple[int, date, str]


class Tally:
    """Counts of this process that are not in the database yet; of all its threads."""

    def __init__(self) -> None:
        self._counts: Counter[Place] = Counter()
        self._lock = threading.Lock()
        self._written = time.monotonic()

    def add(self, version_id: int, outcome: RequestOutcome) -> None:
        with self._lock:
            self._counts[version_id, timezone.now().date(), outcome] += 1

    def take(self, *, every: float) -> Counter[Place]:
        """The counts, which are the caller's to write from then on; none when it is too early."""
        now = time.monotonic()
        with self._lock:
            if not self._counts or now - self._written < every:
                return Counter()
            taken, self._counts, self._written = self._counts, Counter(), now
            return taken

    def give_back(self, counts: Counter[Place]) -> None:
        with self._lock:
            self._counts.update(counts)


TALLY = Tally()


@contextmanager
def counted(version: ModelVersion) -> Iterator[None]:
    """Count how what is inside ends: the fault of the request is told from ours."""
    try:
        yield
    except ArtifactError:
        TALLY.add(version.pk, RequestOutcome.FAILED)
        raise
    except InspectionError:
        TALLY.add(version.pk, RequestOutcome.REFUSED)
        raise
    except Exception:
        TALLY.add(version.pk, RequestOutcome.FAILED)
        raise
    TALLY.add(version.pk, RequestOutcome.ANSWERED)


def write_counts(*_: Any, every: float | None = None, **__: Any) -> None:
    """Write what was counted, unless that was done just now; called when a request is over."""
    if not (counts := TALLY.take(every=EVERY_SECONDS if every is None else every)):
        return
    try:
        with transaction.atomic():
            for (version_id, day, outcome), count in sorted(counts.items()):
                add_to_count(RequestCount, count, version_id=version_id, day=day, outcome=outcome)
    except DatabaseError as fault:  # the answer is on its way already: the counts can wait
        log.warning("request counts not written", fault=str(fault))
        TALLY.give_back(counts)
