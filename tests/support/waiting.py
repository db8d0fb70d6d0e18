"""Waiting for something that another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Generous: it is spent only by what fails, and a machine may be busy.
PATIENCE_SECONDS = 120.0


def eventually(
    look: Callable[[], T], *, seconds: float = PATIENCE_SECONDS, what: str | Callable[[], str] = ""
) -> T:
    """The first true thing ``look`` returns; fails, naming ``what`` it waited for, when time is up."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            waited_for = what() if callable(what) else what
            raise AssertionError(f"not within {seconds:g} s: {waited_for or look}")
        time.sleep(0.05)
    return seen
