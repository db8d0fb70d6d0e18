"""Waiting for something that another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, seconds: float = 15, what: Callable[[], str] | None = None) -> T:
    """The first true thing ``look`` returns; fails, naming ``what`` it waited for, when time is up."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what() if what else look}")
        time.sleep(0.05)
    return seen
