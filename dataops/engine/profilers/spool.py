"""Values of columns that are too many to hold: in memory at first, on disk past a budget."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dataops.engine.errors import DiskFull
from dataops.engine.intake import MEBIBYTE
from dataops.engine.scratch import remove_leftovers, scratch_folder

PREFIX = "dataops-profile-"
# Held in memory by all spools of one profile together; a small table never touches the disk.
BUDGET_BYTES = 64 * MEBIBYTE

Values = NDArray[Any]

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Spools:
    """The spools of one profile and their folder, which is gone when the block is left."""

    def __init__(self, budget_bytes: int | None = None) -> None:
        self._left = BUDGET_BYTES if budget_bytes is None else budget_bytes
        self._folder: Path | None = None
        self._stack = ExitStack()
        self._count = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        remove_leftovers(PREFIX)
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

    def new_path(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = self._stack.enter_context(scratch_folder(PREFIX))
            self._count += 1
            return self._folder / str(self._count)


class Spool:
    """Values of one column in the order they came; one thread at a time."""

    def __init__(self, home: Spools, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.size = 0
        self._home = home
        self._held: list[Values] = []
        self._held_bytes = 0
        self._path: Path | None = None

    def add(self, values: Values) -> None:
        """Raises DiskFull when there is no room on the disk."""
        if not values.size:
            return
        values = np.ascontiguousarray(values, dtype=self.dtype)
        self.size += values.size
        self._held.append(values)
        if self._path is None and self._home.claim(values.nbytes):
            self._held_bytes += values.nbytes
            return
        self._write()

    def _write(self) -> None:
        self._home.claim(-self._held_bytes)
        self._held_bytes = 0
        with _told_when_full():
            if self._path is None:
                self._path = self._home.new_path()
            # Opened for each write: thousands of columns are more than a process may have open files.
            # Buffered, because a plain file may take a part and say so in its answer alone.
            with self._path.open("ab") as file:
                for held in self._held:
                    file.write(held.data)
        self._held = []

    def load(self) -> Values:
        """All values, in an array of the caller's own."""
        if self._path is not None:
            return np.fromfile(self._path, self.dtype)
        return np.concatenate([*self._held, np.zeros(0, self.dtype)])

    def blocks(self, size: int = 1 << 16) -> Iterator[Values]:
        """The same, at most ``size`` values at a time."""
        if self._path is None:
            for held in self._held:
                yield from (held[start : start + size] for start in range(0, held.size, size))
            return
        with self._path.open("rb") as file:
            while (block := np.fromfile(file, self.dtype, size)).size:
                yield block

    def read(self, start: int, count: int) -> Values:
        """``count`` values from number ``start`` on."""
        if self._path is not None:
            return np.fromfile(self._path, self.dtype, count, offset=start * self.dtype.itemsize)
        for held in self._held:
            if start < held.size:
                # What was added together is never read across.
                return held[start : start + count]
            start -= held.size
        return np.zeros(0, self.dtype)

    def close(self) -> None:
        """Give up the values, and their memory or file."""
        self._home.claim(-self._held_bytes)
        self._held, self._held_bytes, self.size = [], 0, 0
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


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
