"""Arrays for whole columns."""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine.intake import MEBIBYTE

# Arrays of this size are kept in a file, for the system to decide how much of it is in memory.
MAPPED_BYTES = 256 * MEBIBYTE


def room_for(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """An array to fill. Raises OSError when there is no room on the disk for one that is mapped."""
    size = count * dtype.itemsize
    if size < MAPPED_BYTES:
        return np.empty(count, dtype)
    with tempfile.TemporaryFile(buffering=0) as file:
        # A file with holes would end the process when the disk is full.
        os.posix_fallocate(file.fileno(), 0, size)
        return np.frombuffer(mmap.mmap(file.fileno(), size), dtype)
