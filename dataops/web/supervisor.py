"""Runs the processes of one installation together: starts them, restarts what dies, stops them in order.

One thread and one loop: relay what they print, see who died, start what is due. It knows nothing of Django.
"""

import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import TextIO

from dataops.web.child import Child, Post, how_it_ended
from dataops.web.processes import Process, Stage

TICK_SECONDS = 0.2
STARTUP_SECONDS = 120.0
# Together under ten seconds, which is what container engines grant before they kill.
GRACE_SECONDS = {Stage.ENTRANCE: 2.5, Stage.WORKER: 5.0, Stage.BROKER: 1.5}


class StartupError(Exception):
    """The product did not come up; the message says which part failed and how."""


@dataclass
class Supervisor:
    """Keeps processes running until it is asked to stop.

    ``is_ready`` is asked until it says yes; then ``on_ready`` is called, once.
    """

    environ: Mapping[str, str]
    is_ready: Callable[[], bool]
    on_ready: Callable[[], None]
    out: TextIO = field(default_factory=lambda: sys.stdout)
    posts: list[Post] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _ready: bool = False
    _stop_requests: int = 0

    def run(self, first: Iterable[Process], once: Process, then: Iterable[Process]) -> None:
        """Start ``first``, let ``once`` do its work and end, start ``then``, watch all until asked to stop.

        Ctrl-C, SIGTERM and SIGHUP ask. Everything is stopped before this returns or raises.
        Raises StartupError when ``once`` fails or the product does not get ready.
        """
        with self._heeding_signals():
            try:
                self._start(first)
                if self._see_through(once):
                    self._start(then)
                    self._watch()
            finally:
                self._stop()

    # Starting and watching

    def _start(self, processes: Iterable[Process]) -> None:
        for process in processes:
            self.posts.append(post := Post(process))
            self._fill(post)

    def _see_through(self, process: Process) -> bool:
        """Run one process to its end; False when a stop was asked for before that."""
        self._start([process])
        post = self.posts[-1]
        while post.child and (code := post.child.exit_code()) is None:
            if self._stop_requests:
                return False
            self._relay()
        self._bury(post)
        self.posts.remove(post)
        if code:
            raise StartupError(f"{process.name} {how_it_ended(code)}; its last lines are above")
        return True

    def _fill(self, post: Post) -> None:
        post.child = child = Child(post.process, self.environ)
        post.started_at = time.monotonic()
        self._selector.register(child, selectors.EVENT_READ, (child, post.process.name))

    def _watch(self) -> None:
        give_up_at = time.monotonic() + STARTUP_SECONDS
        while not self._stop_requests:
            self._relay()
            for post in self.posts:
                self._tend(post)
            if not self._ready:
                self._look_if_ready(give_up_at)

    def _tend(self, post: Post) -> None:
        """Notice a death, and start again what is due."""
        if post.child is None:
            if post.is_due:
                self._fill(post)
        elif (code := post.child.exit_code()) is not None:
            self._bury(post)
            how = f"{post.process.name} {how_it_ended(code)}"
            # Who was killed can be tried again; who gave up by itself while starting would do so each time.
            if not self._ready and code >= 0:
                raise StartupError(f"{how}; its last lines are above")
            self._say(f"{how}; starting it again in {post.note_death():g} s")

    def _look_if_ready(self, give_up_at: float) -> None:
        if self.is_ready():
            self._ready = True
            self.on_ready()
        elif time.monotonic() > give_up_at:
            raise StartupError(f"not ready after {STARTUP_SECONDS:g} s")

    # Stopping

    def _stop(self) -> None:
        """Stop stage by stage; what outlives its grace, or a second request to stop, is killed."""
        requests = self._stop_requests
        for stage, grace_seconds in GRACE_SECONDS.items():
            children = {p.child: p for p in self.posts if p.child and p.process.stage is stage}
            for child in children:
                child.ask_to_stop()
            deadline = time.monotonic() + grace_seconds
            while any(child.exit_code() is None for child in children):
                again = self._stop_requests > requests
                if again or time.monotonic() > deadline:
                    why = "asked again to stop" if again else "not stopped in time"
                    self._say(f"{why}, killed: {_names_of_running(children)}")
                    break
                self._relay()
            for post in children.values():
                self._bury(post)

    def _bury(self, post: Post) -> None:
        child, post.child = post.child, None
        if child is None:
            return
        if not child.is_silent:
            self._selector.unregister(child)
        for line in child.bury():
            self._print(post.process.name, line)

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it, and means it
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1

    # Talking

    def _relay(self) -> None:
        """Print what the processes printed, waiting a tick for it."""
        for key, _events in self._selector.select(TICK_SECONDS):
            child, name = key.data
            for line in child.lines():
                self._print(name, line)
            if child.is_silent:
                self._selector.unregister(child)

    def _say(self, text: str) -> None:
        self._print("supervisor", text)

    def _print(self, name: str, line: str) -> None:
        with suppress(OSError):  # the terminal is gone; what runs need not go with it
            print(f"{name:<12} | {line}", file=self.out, flush=True)


def _names_of_running(children: Mapping[Child, Post]) -> str:
    return ", ".join(post.process.name for child, post in children.items() if child.exit_code() is None)
