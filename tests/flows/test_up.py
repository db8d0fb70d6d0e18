"""One command runs the whole product, and the product outlives the death of any of its parts."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from dataops.engine.confine import die_with_parent
from dataops.web import processes
from dataops.web.probe import answers
from tests.flows.sender import sending
from tests.support.installation import PARTS, Installation
from tests.support.ports import free_port
from tests.support.proc import command_line, descendants, is_alive
from tests.support.waiting import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("home"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.kill()


def test_answers_once_it_says_that_it_is_ready(installation) -> None:
    assert answers("127.0.0.1", installation.port)


def test_every_part_runs(installation) -> None:
    eventually(lambda: all(installation.pids(part) for part in PARTS))


def test_jobs_step_back_while_somebody_waits_for_a_page(installation) -> None:
    niceness = {part: os.getpriority(os.PRIO_PROCESS, installation.pids(part)[0]) for part in PARTS}

    assert niceness.pop("web") == niceness.pop("broker") < min(niceness.values())


def test_broker_is_closed_to_other_users(installation) -> None:
    address = installation.home / "broker" / "broker.sock"

    assert address.is_socket()
    assert address.stat().st_mode & 0o077 == 0
    assert address.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_comes_back(installation, part: str) -> None:
    before = eventually(lambda: installation.pids(part))
    os.kill(before[0], signal.SIGKILL)

    eventually(lambda: set(installation.pids(part)) - set(before))
    eventually(lambda: not any(map(is_alive, before)))
    eventually(lambda: answers("127.0.0.1", installation.port), what=installation.said)


def test_a_rolling_restart_loses_no_request_and_no_job(installation) -> None:
    with web_beside(installation) as port, sending((installation.port, port), installation.url) as sender:
        for part in ("web", "worker-heavy", "worker-fast"):
            restart(installation, part)
            already = len(sender.runs)
            eventually(partial(sender.has_sent, already + 3))

    assert sender.lost == []
    assert set(eventually(sender.outcomes)) == {"succeeded"}


@contextmanager
def web_beside(installation: Installation) -> Iterator[int]:
    """Another web process over the same data; its port."""
    port = free_port()
    command = processes.web(host="127.0.0.1", port=port).command
    with subprocess.Popen(
        command, cwd=processes.ROOT, env=installation.environ, preexec_fn=die_with_parent
    ) as web:
        eventually(lambda: answers("127.0.0.1", port))
        yield port
        web.terminate()


def restart(installation: Installation, part: str) -> None:
    """SIGTERM, as for a new version; the supervisor starts another one."""
    before, *_ = installation.pids(part)
    os.kill(before, signal.SIGTERM)
    eventually(lambda: not is_alive(before) and installation.pids(part))


def test_a_second_one_over_the_same_data_is_refused(installation) -> None:
    another = installation.start_another(free_port())

    assert another.wait(PATIENCE_SECONDS) == 1
    assert (
        "DataOps Inspector did not start: already running on" in (installation.home / "another").read_text()
    )


def test_a_port_in_use_is_named_with_the_way_out(installation, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        another = installation.start_another(port, DATAOPS_HOME=str(tmp_path))

        assert another.wait(PATIENCE_SECONDS) == 1
    said = (installation.home / "another").read_text()
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "PORT=8001 make run" in said


def test_kill_of_the_supervisor_leaves_nothing_and_the_next_start_works(installation) -> None:
    left = descendants(installation.popen.pid)
    installation.kill()

    eventually(lambda: not any(map(is_alive, left)), what=lambda: str([command_line(pid) for pid in left]))
    installation.output.write_text("")
    installation.start()
    installation.wait_until_ready()


def test_stops_leaving_nothing(installation) -> None:
    running = descendants(installation.popen.pid)
    installation.popen.send_signal(signal.SIGINT)

    assert installation.popen.wait(PATIENCE_SECONDS) == 0
    assert not any(map(is_alive, running))
