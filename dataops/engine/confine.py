"""What keeps a process in that works on what strangers wrote: bounds, no network, a bare environment."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
# Where programs and their caches are; none of the product's addresses and secrets.
PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "NUMBA_CACHE_DIR",
    "NPY_DISABLE_CPU_FEATURES",
)
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Most memory that may be written to, time of all processors together, and size of one file."""

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int


def bare_environment(**own: str) -> dict[str, str]:
    """What a numeric library needs, and ``own``."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return kept | dict.fromkeys(ONE_THREAD, "1") | own


def set_bounds(bounds: Bounds, *, beside: int = 0) -> None:
    """For this process from now on, and those it starts; ``beside`` bytes of memory do not count."""
    # Not the address space: that is reserved by the gigabyte and never used.
    memory = bounds.memory_bytes + beside
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # At the first of the two comes SIGXCPU, which tells why; at the second SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file_bytes, bounds.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cut_off() -> None:
    """No network from now on, where the kernel lets us."""
    if sys.platform == "linux" and _libc.unshare(CLONE_NEWNET):
        _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that started it dies (Linux; elsewhere no effect).

    Without it, what a killed supervisor or server leaves behind would keep the port and the queue.
    """
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def be_killed_first() -> None:
    """Where memory runs out, the kernel ends this process before those that started it."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def written_bytes() -> int:
    """Memory that this process may write to already; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    told = next(line for line in status.read_text().splitlines() if line.startswith("VmData:"))
    return int(told.split()[1]) * 1024


# Loaded once, here: between fork and exec only the calls themselves are safe.
_libc = ctypes.CDLL(None)
