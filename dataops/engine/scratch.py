"""Folders for temporary files that hold as long as they are used: what a killed process left is removed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

LOCK = "in-use"
# One that is younger may be about to take its lock.
LEFTOVER_SECONDS = 60.0


@contextmanager
def scratch_folder(prefix: str, root: Path | None = None) -> Iterator[Path]:
    """A new folder below ``root`` (the system's one for temporary files), gone when the block is left."""
    with tempfile.TemporaryDirectory(prefix=prefix, dir=root, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def remove_leftovers(prefix: str, root: Path | None = None) -> None:
    """Remove the folders of processes that were killed: those nobody holds the lock of."""
    for folder in Path(root or tempfile.gettempdir()).glob(f"{prefix}*"):
        try:
            with (folder / LOCK).open("r+") as lock:
                if time() - (folder / LOCK).stat().st_mtime < LEFTOVER_SECONDS:
                    continue
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # In use, of another user, or just being made.
