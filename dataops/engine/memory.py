"""What the C library does with memory that is given up."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

# The names of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


@contextmanager
def kept_memory() -> Iterator[None]:
    """Memory that is given up in the block is kept for what comes next, and returned at its end.

    A file is read in blocks of the same size: taking new pages from the system for each, which have to
    be zeroed, and unmapped again in every thread, is a twentieth of the processor time. Other C libraries
    than glibc go their own way.
    """
    libc = _glibc()
    try:
        yield
    finally:
        if libc is not None:
            libc.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    """The library, told to keep what it has got, up to a limit."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt") or not hasattr(libc, "malloc_trim"):
        return None
    libc.mallopt(_M_MMAP_THRESHOLD, 32 << 20)
    libc.mallopt(_M_TRIM_THRESHOLD, 128 << 20)
    # One for each thread would keep as much, each.
    libc.mallopt(_M_ARENA_MAX, 2)
    return libc
