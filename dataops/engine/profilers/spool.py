"""Values of columns that are too many to hold: in memory at first, on disk past a budget."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dataops.engine.errors import DiskFull
from dataops.engine.intake import MEBIBYTE
from dataops.engine.profilers.room import room_for

# Held in memory by all spools of one profile together; a small table never touches the disk.
BUDGET_BYTES = 192 * MEBIBYTE
# What a spool takes of the file at a time. Where nothing was written, the file takes no room.
EXTENT_BYTES = MEBIBYTE

Values = NDArray[Any]

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Spools:
    """The spools of one profile and the file they share, which has no name and is gone with its process."""

    def __init__(self, budget_bytes: int | None = None) -> None:
        self._left = BUDGET_BYTES if budget_bytes is None else budget_bytes
        self._stack = ExitStack()
        self._free: list[int] = []
        self._extents = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def open(self, dtype: Any) -> Spool:
        return Spool(self, np.dtype(dtype))

    def claim(self, size: int) -> bool:
        """Whether ``size`` more bytes fit the memory; if so, they are taken (given back if negative)."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def take_extent(self) -> tuple[int, int]:
        """The file, and the place in it of ``EXTENT_BYTES`` that nobody else has."""
        with self._lock:
            if self._free:
                return self.file, self._free.pop()
            self._extents += 1
            return self.file, (self._extents - 1) * EXTENT_BYTES

    def give_back(self, places: Iterable[int]) -> None:
        with self._lock:
            self._free.extend(places)

    @cached_property
    def file(self) -> int:
        """The descriptor of the file."""
        return self._stack.enter_context(tempfile.TemporaryFile(buffering=0)).fileno()


class Spool:
    """Values of one column in the order they came; one thread at a time."""

    def __init__(self, home: Spools, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.size = 0
        self._home = home
        self._held: list[Values] = []
        self._held_bytes = self._written = 0
        self._extents: list[tuple[int, int]] = []

    def add(self, values: Values) -> None:
        """Raises DiskFull when there is no room on the disk."""
        if not values.size:
            return
        values = np.ascontiguousarray(values, dtype=self.dtype)
        self.size += values.size
        self._held.append(values)
        if not self._extents and self._home.claim(values.nbytes):
            self._held_bytes += values.nbytes
            return
        self._home.claim(-self._held_bytes)
        self._held_bytes = 0
        with _told_when_full():
            for held in self._held:
                self._write(held.view(np.uint8).data)
        self._held = []

    def _write(self, data: memoryview) -> None:
        while data:
            within = self._written % EXTENT_BYTES
            if not within:
                self._extents.append(self._home.take_extent())
            file, place = self._extents[-1]
            taken = os.pwrite(file, data[: EXTENT_BYTES - within], place + within)
            self._written += taken
            data = data[taken:]

    def load(self) -> Values:
        """All values, in an array of the caller's own."""
        if not self._extents:
            return np.concatenate([*self._held, np.zeros(0, self.dtype)])
        with _told_when_full():
            values = room_for(self.size, self.dtype)
        self._read(values.view(np.uint8).data, 0)
        return values

    def blocks(self, size: int = 1 << 16) -> Iterator[Values]:
        """The same, at most ``size`` values at a time."""
        if self._extents:
            for start in range(0, self.size, size):
                yield self.read(start, min(size, self.size - start))
        for held in self._held:
            yield from (held[start : start + size] for start in range(0, held.size, size))

    def read(self, start: int, count: int) -> Values:
        """``count`` values from number ``start`` on, of those that were added together."""
        for held in self._held:
            if start < held.size:
                return held[start : start + count]
            start -= held.size
        values = np.empty(count, self.dtype)
        self._read(values.view(np.uint8).data, start * self.dtype.itemsize)
        return values

    def _read(self, target: memoryview, start: int) -> None:
        while target:
            extent, within = divmod(start, EXTENT_BYTES)
            file, place = self._extents[extent]
            taken = os.preadv(file, [target[: EXTENT_BYTES - within]], place + within)
            start += taken
            target = target[taken:]

    def close(self) -> None:
        """Give up the values, and their memory or room in the file."""
        self._home.claim(-self._held_bytes)
        self._home.give_back(place for _, place in self._extents)
        self._held, self._extents = [], []
        self.size = self._held_bytes = self._written = 0


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFull(
            "there is no room left for temporary files; free space on the disk of the folder for temporary"
            " files, or set TMPDIR to a folder on a larger one, and check the data again"
        ) from error
