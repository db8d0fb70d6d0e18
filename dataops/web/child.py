"""One supervised process: started in its own group, its lines read without blocking, ended for certain."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from dataops.engine.confine import die_with_parent
from dataops.web.processes import ROOT, Process

LONGEST_LINE_BYTES = 64 * 1024
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0
STEADY_SECONDS = 30.0


class Child:
    """A running process. What it started dies with it: a server's worker must not keep the port."""

    def __init__(self, process: Process, environ: Mapping[str, str]) -> None:
        self.process = process
        self._popen = subprocess.Popen(
            process.command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops us in order
            preexec_fn=self._begin,
        )
        self._rest = b""
        self.is_silent = False  # whether its output has ended, which is not to say that it has
        os.set_blocking(self.fileno(), False)

    def _begin(self) -> None:
        die_with_parent()
        os.nice(self.process.niceness)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def fileno(self) -> int:
        """The pipe of its output, for selectors."""
        assert self._popen.stdout is not None  # noqa: S101  (it was asked for above)
        return self._popen.stdout.fileno()

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._popen.poll()

    def lines(self) -> list[str]:
        """The whole lines that have arrived; a line still being written waits for its end."""
        return self._whole_lines(self._read())

    def ask_to_stop(self) -> None:
        """Let it finish what it does (SIGTERM)."""
        if self.exit_code() is None:
            self._popen.terminate()

    def bury(self) -> list[str]:
        """End it and all it started; the lines it left."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        left = []
        while data := self._read():
            left += self._whole_lines(data)
        left += self._whole_lines(b"\n")
        self._popen.stdout.close()  # type: ignore[union-attr]
        return left

    def _read(self) -> bytes:
        try:
            data = os.read(self.fileno(), LONGEST_LINE_BYTES)
        except BlockingIOError:  # nothing yet
            return b""
        self.is_silent = not data
        return data

    def _whole_lines(self, data: bytes) -> list[str]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) >= LONGEST_LINE_BYTES:
            whole, self._rest = [*whole, self._rest], b""
        return [line.decode(errors="replace").rstrip() for line in whole if line.strip()]


@dataclass
class Post:
    """A place that one process fills, again and again if it must. Times are of the monotonic clock."""

    process: Process
    child: Child | None = None
    started_at: float = 0.0
    deaths_in_a_row: int = 0
    due_at: float = 0.0

    @property
    def is_due(self) -> bool:
        return time.monotonic() >= self.due_at

    def note_death(self) -> float:
        """Set when the next start is due; the pause until then, in seconds, doubles with each early death."""
        now = time.monotonic()
        steady = now - self.started_at > STEADY_SECONDS
        self.deaths_in_a_row = 1 if steady else self.deaths_in_a_row + 1
        pause = min(FIRST_PAUSE_SECONDS * 2.0 ** (self.deaths_in_a_row - 1), LONGEST_PAUSE_SECONDS)
        self.due_at = now + pause
        return pause


def how_it_ended(exit_code: int) -> str:
    """The exit code in words.

    >>> how_it_ended(-9), how_it_ended(1)
    ('was killed by SIGKILL', 'stopped with exit code 1')
    """
    if exit_code < 0:
        return f"was killed by {signal.Signals(-exit_code).name}"
    return f"stopped with exit code {exit_code}"
