"""Faults of what is below us that pass by themselves or by an operator's hand: a full disk, a database away.

They are no bugs, so they are told as what they are, with when to try again.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.db import InterfaceError, InternalError, OperationalError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("disk is full", "No space left on device", "disk full")


@dataclass(frozen=True, slots=True)
class Outage:
    """What to answer: status, words for people, and in how many seconds to ask again."""

    status: HTTPStatus
    detail: str
    retry_after_seconds: int


DISK_FULL = Outage(
    HTTPStatus.INSUFFICIENT_STORAGE,
    "The disk of the server is full; nothing was stored. Try again once an administrator has made room.",
    retry_after_seconds=60,
)
DATABASE_AWAY = Outage(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The database does not answer just now; nothing was changed. Try again in a few seconds.",
    retry_after_seconds=5,
)


def outage_of(fault: BaseException | None) -> Outage | None:
    """The outage behind an error, None when it is a bug."""
    for each in _causes(fault):
        if isinstance(each, OSError) and each.errno in _FULL:
            return DISK_FULL
        if isinstance(each, (OperationalError, InterfaceError)):
            return DISK_FULL if any(words in str(each) for words in _FULL_WORDS) else DATABASE_AWAY
        if isinstance(each, InternalError) and "read-only transaction" in str(each):  # it failed over
            return DATABASE_AWAY
    return None


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__
