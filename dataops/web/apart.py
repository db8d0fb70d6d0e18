"""Has work on what strangers wrote done by a process that can be lost: bounded, without our secrets.

See ``dataops.engine.apart`` for the other side.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, get_type_hints

import pyarrow as pa
from django.conf import settings

from dataops.engine.apart import jobs, wire
from dataops.engine.apart.host import EXIT_CODE
from dataops.engine.apart.jobs import StoredFile, StoredReference
from dataops.engine.apart.wire import Channel
from dataops.engine.confine import Bounds, bare_environment, cut_off
from dataops.engine.errors import InspectionError
from dataops.engine.intake import SizeLimits
from dataops.engine.protocols import NumberedBlock, Progress
from dataops.web.child import how_it_ended
from dataops.web.processes import ROOT
from dataops.web.runs import WorthAnotherTry

COMMAND = (sys.executable, "-m", "dataops.engine.apart.host")
LOST, GONE = "process_lost", "The process that reads data died before it began."
# Temporary files of a check may be as large as the data of a check may be.
LARGEST_FILE_BYTES = SizeLimits().max_bytes
POLL_SECONDS = 0.5
IDLE_SECONDS = 600
T = TypeVar("T")
FindReference = Callable[[str], StoredReference]


class TookTooMuch(InspectionError):  # noqa: N818 - reads as what happened
    """The work went over a bound; the same data would do so again."""


class BrokenJob(Exception):  # noqa: N818 - reads as what it is
    """The job itself has a fault; the message is its traceback."""


class Host:
    """A process that waits with the engine loaded, and copies itself for each job.

    It waits for ever, ready to check, or goes after ``idle_seconds`` without a job.
    """

    def __init__(self, *, idle_seconds: int = 0) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    @property
    def is_up(self) -> bool:
        # One that was forked from us has our host for its own, and must not ask it.
        is_ours = self._owner == os.getpid()
        return is_ours and self._process is not None and self._process.poll() is None

    def start(self) -> socket.socket:
        """Where jobs are asked for; the process is started if there is none."""
        if self._control and self.is_up:
            return self._control
        if self._control:
            self._control.close()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*COMMAND, str(self._idle_seconds)],
                cwd=ROOT,
                env=bare_environment(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                preexec_fn=cut_off,
            )
        self._owner = os.getpid()
        return self._control

    @contextmanager
    def job(self) -> Iterator["Job"]:
        """A new copy that waits for its request; it is killed at the end if it still runs."""
        ours, theirs = socket.socketpair()
        ended, told = os.pipe()
        with ours, os.fdopen(ended, "rb") as end:
            try:
                with theirs, self._lock:
                    socket.send_fds(self.start(), [b"j"], [theirs.fileno(), told])
            except BrokenPipeError:
                raise WorthAnotherTry(GONE, code=LOST) from None
            finally:
                os.close(told)
            yield Job(Channel(ours), end)


class Job:
    """One copy of the host at work."""

    def __init__(self, channel: Channel, end: Any) -> None:
        self.channel = channel
        self._end = end

    def ask(self, job: Callable[..., Any], asked: Mapping[str, Any]) -> None:
        request = wire.Request(f"{job.__module__}.{job.__qualname__}", _bounds(), asked)
        self.channel.send(wire.REQUEST, wire.encode(request))

    def frames(self, seconds: int) -> Iterator[tuple[bytes, bytes]]:
        """What it sends; an empty frame now and then while it sends nothing. Raises what ended it."""
        ends_at = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.channel.connection], [], [], POLL_SECONDS)
            if time.monotonic() > ends_at:
                raise TookTooMuch(f"The run took longer than {seconds} s and was stopped.", code="time_limit")
            try:
                kind, content = self.channel.receive() if ready else (wire.NOTHING, b"")
            except EOFError:
                raise self._why_it_ended() from None
            _raise_if_refused(kind, content)
            yield kind, content

    def _why_it_ended(self) -> Exception:
        told = self._end.read(EXIT_CODE.size)
        if not told:
            return WorthAnotherTry(GONE, code=LOST)
        exit_code = EXIT_CODE.unpack(told)[0]
        if exit_code == -signal.SIGXCPU:
            limit = settings.CHECK_CPU_SECONDS
            message = f"The run took more than {limit:,} s of processor time and was stopped."
            return TookTooMuch(message, code="cpu_limit")
        return WorthAnotherTry(
            f"The process that read the data {how_it_ended(exit_code)}, most likely for want of memory. "
            "Give the worker more memory or split the data, then run it again.",
            code=LOST,
        )


def carry_out(
    job: Callable[..., T],
    *,
    progress: Progress = lambda fraction, stage: None,
    references: FindReference | None = None,
    seconds: int | None = None,
    host: Host | None = None,
    **asked: Any,
) -> T:
    """What ``job``, one of ``dataops.engine.apart.jobs``, answers to ``asked``.

    ``progress`` is called with what it tells, and twice a second while it tells nothing; when it raises,
    the process is killed. ``references`` finds the data of other sources. ``seconds`` is how long it may
    take, if not as long as a run. Raises the errors of the
    engine that the job raises, TookTooMuch over a bound, and WorthAnotherTry when the process died.
    """
    told = (0.0, "")
    with (host or CHECKING).job() as work:
        work.ask(job, asked)
        for kind, content in work.frames(seconds or settings.RUN_TIME_LIMIT_SECONDS):
            if kind == wire.ANSWER:
                answer: T = wire.decode(get_type_hints(job)["return"], content)
                return answer
            if kind == wire.ASK:
                _send_reference(work.channel, references, content.decode())
            elif kind == wire.PROGRESS:
                told = wire.decode(tuple[float, str], content)
            progress(*told)
    raise AssertionError("frames end with an exception")


class Rows:
    """The rows of a file, read apart and brought here block by block.

    Raises as ``carry_out`` does, and FileNotFoundError.
    """

    def __init__(self, file: StoredFile) -> None:
        file.path.stat()
        opened = carry_out(jobs.open_file, file=file, host=at_hand())
        self.names, self.typed = opened.names, opened.typed
        self.fraction_read = 0.0
        self._file = file

    def blocks(self) -> Iterator[pa.RecordBatch]:
        return (block for block, _ in self.numbered_blocks())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        """In file order, with where each row stands; may be called again, and then reads again."""
        with at_hand().job() as work:
            work.ask(jobs.send_rows, {"file": self._file})
            for kind, content in work.frames(settings.RUN_TIME_LIMIT_SECONDS):
                if kind == wire.ANSWER:
                    return
                if kind == wire.PROGRESS:
                    self.fraction_read, _ = wire.decode(tuple[float, str], content)
                elif kind == wire.BLOCK:
                    yield wire.decode_block(content)


def _send_reference(channel: Channel, references: FindReference | None, name: str) -> None:
    try:
        if references is None:
            raise LookupError(f"no other source is at hand, so {name!r} cannot be read")
        channel.send(wire.FOUND, wire.encode(references(name)))
    except LookupError as error:
        channel.send(wire.NOT_THERE, str(error.args[0]).encode())
    except InspectionError as error:
        channel.send(wire.REFUSED, wire.encode(wire.told(error)))


def _raise_if_refused(kind: bytes, content: bytes) -> None:
    if kind == wire.REFUSED:
        raise wire.error_of(content)
    if kind == wire.NO_MEMORY:
        most = settings.CHECK_MEMORY_BYTES // 1024**2
        raise TookTooMuch(
            f"The data needs more than {most:,} MB of memory to be read and checked. "
            "Split it, or set DATAOPS_CHECK_MEMORY_BYTES higher.",
            code="memory_limit",
        )
    if kind == wire.BROKE:
        raise BrokenJob(content.decode())


def _bounds() -> Bounds:
    return Bounds(settings.CHECK_MEMORY_BYTES, settings.CHECK_CPU_SECONDS, LARGEST_FILE_BYTES)


# The one of a worker, and one for a look at the beginning of a file, which web processes have now and then.
CHECKING, LOOKING = Host(), Host(idle_seconds=IDLE_SECONDS)


def at_hand() -> Host:
    """The host that need not be started, or else the one that is started soonest."""
    return CHECKING if CHECKING.is_up else LOOKING
