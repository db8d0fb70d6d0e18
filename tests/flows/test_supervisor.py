"""The supervisor keeps what it started running, says what happened, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.proc import is_alive
from tests.support.waiting import PATIENCE_SECONDS, eventually

# A supervisor over any commands: argv is name=stage=shell command, the first word "first", "once" or "then".
RUNNER = """
import os, sys
from pathlib import Path
from dataops.web.processes import Process, Stage
from dataops.web.supervisor import StartupError, Supervisor

kinds = {"first": [], "once": [], "then": []}
for argument in sys.argv[2:]:
    kind, name, stage, command = argument.split("=", 3)
    kinds[kind].append(Process(name, ("/bin/sh", "-c", command), Stage[stage]))
is_ready = Path(sys.argv[1]).exists
supervisor = Supervisor(os.environ, is_ready=is_ready, on_ready=lambda: print("READY", flush=True))
try:
    supervisor.run(kinds["first"], kinds["once"][0], kinds["then"])
except StartupError as fault:
    sys.exit(f"StartupError: {fault}")
"""
FOREVER = "trap 'echo {0} stops; exit 0' TERM; echo {0} $$ starts; while :; do sleep 0.05; done"
NOTHING = "once=prepare=ENTRANCE=true"


class Session:
    """One supervisor in a process of its own, and what it printed."""

    def __init__(self, folder: Path, *processes: str) -> None:
        self.ready_file, self.output = folder / "ready", folder / "output"
        with self.output.open("w") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-c", RUNNER, self.ready_file, *processes],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.output.read_text(), re.MULTILINE)

    def wait_for(self, pattern: str) -> re.Match[str]:
        return eventually(lambda: self.said(pattern), what=lambda: f"{pattern} in\n{self.output.read_text()}")

    def pid_of(self, name: str) -> int:
        return int(self.wait_for(rf"{name} (\d+) starts")[1])

    def get_ready(self) -> None:
        self.ready_file.touch()
        self.wait_for("^READY$")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(PATIENCE_SECONDS)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def start(*processes: str) -> Session:
        sessions.append(Session(tmp_path, *processes))
        return sessions[-1]

    yield start
    for session in sessions:
        session.popen.kill()
        session.popen.wait()


def forever(name: str, stage: str) -> str:
    return f"then={name}={stage}={FOREVER.format(name)}"


def test_lines_carry_the_name_of_their_process(supervise) -> None:
    session = supervise(NOTHING, "then=web=ENTRANCE=echo hello; printf 'no newline' >&2; sleep 60")

    session.wait_for(r"^web +\| hello$")


def test_ready_is_said_once(supervise) -> None:
    session = supervise(NOTHING, forever("web", "ENTRANCE"))
    session.get_ready()
    time.sleep(0.5)

    assert session.output.read_text().count("READY") == 1


def test_others_start_after_preparation_and_beside_the_broker(supervise) -> None:
    session = supervise(
        f"first=broker=BROKER={FOREVER.format('broker')}",
        "once=prepare=ENTRANCE=sleep 0.5; echo prepared",
        forever("web", "ENTRANCE"),
    )
    session.wait_for("web .* starts")

    order = re.findall(r"broker \d+ starts|prepared|web \d+ starts", session.output.read_text())
    assert [text.split()[0] for text in order] == ["broker", "prepared", "web"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stops_in_order_entrance_workers_broker(supervise, number) -> None:
    session = supervise(
        NOTHING, forever("broker", "BROKER"), forever("worker", "WORKER"), forever("web", "ENTRANCE")
    )
    for name in ("broker", "worker", "web"):
        session.pid_of(name)

    assert session.stop(number) == 0
    assert re.findall(r"(\w+) stops", session.output.read_text()) == ["web", "worker", "broker"]


def test_killed_process_is_started_again(supervise) -> None:
    session = supervise(NOTHING, forever("worker", "WORKER"))
    session.get_ready()
    first = session.pid_of("worker")
    os.kill(first, signal.SIGKILL)

    session.wait_for("worker was killed by SIGKILL; starting it again in 0.5 s")
    session.wait_for(rf"worker (?!{first} )\d+ starts")


def test_pauses_grow_when_a_process_keeps_dying(supervise) -> None:
    session = supervise(NOTHING, "then=worker=WORKER=sleep 0.3; exit 3")
    session.get_ready()

    for pause in ("0.5", "1", "2"):
        session.wait_for(f"worker stopped with exit code 3; starting it again in {pause} s")


def test_what_a_dead_process_started_dies_with_it(supervise) -> None:
    """A web server's own worker would otherwise keep the port, and its successor could not start."""
    session = supervise(
        NOTHING, "then=web=ENTRANCE=sleep 61 & echo helper $! starts; echo web $$ starts; wait"
    )
    session.get_ready()
    os.kill(session.pid_of("web"), signal.SIGKILL)

    eventually(lambda: not is_alive(session.pid_of("helper")))


def test_nothing_is_left_when_the_supervisor_is_killed(supervise) -> None:
    session = supervise(NOTHING, forever("web", "ENTRANCE"), forever("worker", "WORKER"))
    left = [session.pid_of("web"), session.pid_of("worker")]
    session.popen.kill()

    eventually(lambda: not any(map(is_alive, left)))


def test_process_that_gives_up_while_starting_fails_the_start(supervise) -> None:
    session = supervise(NOTHING, forever("worker", "WORKER"), "then=web=ENTRANCE=echo no such module; exit 7")

    assert session.popen.wait(PATIENCE_SECONDS) == 1
    assert session.said("StartupError: web stopped with exit code 7; its last lines are above")
    assert session.said(r"^web +\| no such module$")
    assert session.said("worker stops")


def test_failed_preparation_fails_the_start_and_starts_nothing_more(supervise) -> None:
    session = supervise("once=prepare=ENTRANCE=exit 1", forever("web", "ENTRANCE"))

    assert session.popen.wait(PATIENCE_SECONDS) == 1
    assert session.said("StartupError: prepare stopped with exit code 1")
    assert not session.said("web .* starts")


def test_preparation_can_be_interrupted(supervise) -> None:
    session = supervise("once=prepare=ENTRANCE=echo preparing; exec sleep 60", forever("web", "ENTRANCE"))
    session.wait_for("preparing")

    assert session.stop() == 0
    assert not session.said("web .* starts")


def test_process_that_will_not_stop_is_killed_and_named(supervise) -> None:
    session = supervise(
        NOTHING, "then=worker=WORKER=trap '' TERM; echo worker $$ starts; while :; do sleep 1; done"
    )
    stubborn = session.pid_of("worker")

    assert session.stop() == 0
    assert session.said("not stopped in time, killed: worker")
    assert not is_alive(stubborn)


def test_second_interrupt_does_not_wait(supervise) -> None:
    heedless = "trap 'echo worker was asked' TERM; echo worker $$ starts; while :; do sleep 0.1; done"
    session = supervise(NOTHING, f"then=worker=WORKER={heedless}")
    session.pid_of("worker")
    session.popen.send_signal(signal.SIGINT)
    session.wait_for("worker was asked")

    assert session.stop(signal.SIGINT) == 0
    assert session.said("asked again to stop, killed: worker")
