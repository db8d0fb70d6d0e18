"""What is over is read once in a while, what goes on each time."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from django.core.cache import cache

from dashboard.selectors.periods import Period
from dataops.web import sight

KEPT_SECONDS = 600


class Dated(Protocol):
    """Something of the step that begins ``at``."""

    @property
    def at(self) -> datetime: ...


T = TypeVar("T", bound=Dated)
Read = Callable[[Period], list[T]]


def with_kept_past(name: str, over: Period, read: Read[T], *, newest: Read[T] | None = None) -> list[T]:
    """What ``read`` finds in the steps of ``over``; in those that are over, once in ten minutes.

    ``newest`` reads the step that goes on, where there is a quicker way. Nothing ends in the past, and
    ninety days of a thousand sources are fifty thousand runs. What is archived or removed leaves the past
    of a chart that much later.
    """
    step = f"{over.step.total_seconds():.0f}"
    key = f"trend:{name}:{sight.same_for()}:{over.start:%Y%m%d%H}:{step}:{over.count}:{over.goes_on}"
    past: list[T] | None = cache.get(key)
    if past is None:
        found = read(over)
        past = [one for one in found if not over.goes_on or one.at < over.last.start]
        cache.set(key, past, KEPT_SECONDS)
        if newest is None:
            return found
    return [*past, *(newest or read)(over.last)] if over.goes_on else past
