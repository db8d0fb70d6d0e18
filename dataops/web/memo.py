"""Costly reads that are made once while nothing happens."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar, cast

from django.core.cache import cache

from dataops.web import sight

MOST_SECONDS = 60

T = TypeVar("T")


def once_while(name: str, state: Any, make: Callable[[], T]) -> T:
    """What ``make`` gives, for a minute at most, and only while ``state`` is the same.

    Kept apart by who may see what. ``state`` says all that the result depends on, such as what was asked
    and the newest thing that happened.
    """
    digest = blake2b(repr(state).encode(), digest_size=16).hexdigest()
    return cast(T, cache.get_or_set(f"{name}:{sight.same_for()}:{digest}", make, MOST_SECONDS))
