"""Writing the prediction log: an answer is given once its row is committed, and commits are shared.

Whoever comes while another request writes waits for its turn, and the one whose turn it is writes for all
who wait, in one transaction. A request alone pays nothing for that; many at once pay for one commit.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from dataops.web.words import lazy as _
from models_registry.models import PredictionBatch, ViolationCount
from models_registry.services.bulk_log import NewPrediction, append_batches, append_predictions
from models_registry.services.counting import add_to_count
from models_registry.services.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Broken:
    """Accepted values that broke the signature of a version, by feature and code."""

    version_id: int
    counts: Mapping[tuple[str, str], int]


@dataclass(slots=True)
class _Entry:
    """What one request wants in the log, and how that went."""

    predictions: Sequence[NewPrediction]
    batch: PredictionBatch | None
    broken: Broken | None
    is_over: bool = False
    fault: Exception | None = field(default=None)


_waiting: deque[_Entry] = deque()
_turn = threading.Lock()


def append_to_log(
    predictions: Sequence[NewPrediction] = (),
    *,
    batch: PredictionBatch | None = None,
    broken: Broken | None = None,
) -> None:
    """Write all or none, durable when it returns: rows, and a batch of columns to be filed later.

    Raises NotPossible when another request took one of the ids in the meantime.
    """
    entry = _Entry(predictions, batch, broken)
    # What the caller may still take back is nobody else's to commit.
    if transaction.get_connection().in_atomic_block:
        _write([entry])
    else:
        _waiting.append(entry)
        with _turn:
            if not entry.is_over:
                _write([_waiting.popleft() for _ in range(len(_waiting))])
    if isinstance(entry.fault, IntegrityError):
        raise NotPossible(
            _("One of the ids was used by another request just now; take new ones.")
        ) from entry.fault
    if entry.fault is not None:
        raise entry.fault


def _write(entries: Sequence[_Entry]) -> None:
    try:
        with transaction.atomic():
            append_predictions([row for entry in entries for row in entry.predictions])
            append_batches([entry.batch for entry in entries if entry.batch is not None])
            _count([entry.broken for entry in entries if entry.broken is not None])
    except IntegrityError as taken:
        if len(entries) > 1:  # one of them spoils it for all: each for itself
            for entry in entries:
                _write([entry])
            return
        entries[0].fault = taken
    except Exception as fault:  # the database is gone or full: each of them has to know
        for entry in entries:
            entry.fault = fault
    for entry in entries:
        entry.is_over = True


def _count(broken: Sequence[Broken]) -> None:
    """Add to the counts of today, in one order, so that two writers never wait for each other."""
    found: Counter[tuple[int, str, str]] = Counter()
    for each in broken:
        found.update({(each.version_id, *place): count for place, count in each.counts.items()})
    for (version_id, feature, code), count in sorted(found.items()):
        row = {"version_id": version_id, "day": timezone.now().date(), "feature": feature, "code": code}
        add_to_count(ViolationCount, count, **row)
