"""The process that has the engine loaded and starts a copy of itself for each job.

Run as ``python -m dataops.engine.apart.host``; standard input is a socket. For each job come two
descriptors: a channel for the copy, and a pipe that is told how the copy ended. Who closes the other end
of that pipe, or dies, ends the job.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from dataops.engine.apart import jobs, wire
from dataops.engine.apart.wire import Channel
from dataops.engine.checks import CHECKS
from dataops.engine.confine import be_killed_first, die_with_parent, set_bounds, written_bytes
from dataops.engine.errors import InspectionError
from dataops.engine.readers import READERS
from dataops.engine.registry import Registry

POLL_MILLISECONDS = 200
EXIT_CODE = struct.Struct("!i")
PLUGINS: dict[str, Registry[Any]] = {"dataops.checks": CHECKS, "dataops.readers": READERS}


def main(idle_seconds: float) -> None:
    """Serve until nobody asks any more; ``idle_seconds`` without a job are the end too, 0 is never."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    control = socket.socket(fileno=sys.stdin.fileno())
    _load_plugins()
    if not idle_seconds:
        jobs.warm_up()
    # What is loaded stays shared with the copies: a collector that marks it would copy it page by page.
    gc.collect()
    gc.freeze()
    Host(control).serve(idle_seconds)


class Host:
    """The jobs that run, by process; of each the pipe that is told its end."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.running: dict[int, int] = {}
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def serve(self, idle_seconds: float) -> None:
        idle = idle_seconds * 1000 if idle_seconds else None
        while True:
            ready = self.poll.poll(POLL_MILLISECONDS if self.running else idle)
            if not ready and not self.running:
                return
            for descriptor, _ in ready:
                if descriptor != self.control.fileno():
                    self._stop(descriptor)
                elif not self._start():
                    return
            self._bury()

    def _start(self) -> bool:
        """Start the job that is asked for; False when nobody asks any more."""
        message, descriptors, _, _ = socket.recv_fds(self.control, 1, 2)
        if not message:
            for told in self.running.values():
                self._stop(told)
            return False
        channel, told = descriptors
        pid = os.fork()
        if not pid:
            self._become_a_job(channel)
        os.close(channel)
        self.running[pid] = told
        self.poll.register(told, 0)  # only that the other end is closed
        return True

    def _become_a_job(self, descriptor: int) -> None:
        """In the copy: do the one job, and end without what a process does at its end."""
        try:
            die_with_parent()
            be_killed_first()
            self.control.close()
            for told in self.running.values():
                os.close(told)
            for heeded in (signal.SIGINT, signal.SIGTERM):
                signal.signal(heeded, signal.SIG_DFL)
            carry_out(Channel(socket.socket(fileno=descriptor)))
        finally:
            os._exit(0)

    def _stop(self, told: int) -> None:
        for pid, pipe in self.running.items():
            if pipe == told:
                os.kill(pid, signal.SIGKILL)
                self.poll.modify(told, 0)

    def _bury(self) -> None:
        for pid in list(self.running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                told = self.running.pop(pid)
                self.poll.unregister(told)
                with suppress(BrokenPipeError):
                    os.write(told, EXIT_CODE.pack(os.waitstatus_to_exitcode(status)))
                os.close(told)


def carry_out(channel: Channel) -> None:
    """Read a request, do what it names within its bounds, and send what came of it."""
    with suppress(EOFError):
        _, content = channel.receive()
        try:
            answer = _answer(channel, content)
        except InspectionError as error:
            channel.send(wire.REFUSED, wire.encode(wire.told(error)))
        except MemoryError:
            channel.send(wire.NO_MEMORY)
        except EOFError:
            raise
        except Exception:
            channel.send(wire.BROKE, traceback.format_exc().encode())
        else:
            channel.send(wire.ANSWER, answer)


def _answer(channel: Channel, content: bytes) -> bytes:
    request = wire.decode(wire.Request, content)
    # What is loaded belongs to the host.
    set_bounds(request.bounds, beside=written_bytes())
    job = _named(request.job)
    return wire.encode(job(jobs.Talk(channel), **wire.asked_of(job, request.asked)))


def _named(job: str) -> Callable[..., Any]:
    module, _, name = job.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _load_plugins() -> None:
    for group, registry in PLUGINS.items():
        for point in entry_points(group=group):
            with suppress(Exception):  # a plug-in that does not load is told where plug-ins are listed
                registry.register(point.load()())


if __name__ == "__main__":
    main(float(sys.argv[1]))
