"""The outbox with real processes, a real mail server and real kills, on both databases."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.support.processes import migrated_database, migrated_home
from tests.support.waiting import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
MESSAGES = 24


class Outbox:
    """A database of its own, and processes that work on it."""

    def __init__(self, home: Path, database_url: str, email_url: str) -> None:
        inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environ = inherited | {
            "DJANGO_SETTINGS_MODULE": "dataops.settings",
            "DATAOPS_HOME": str(home),
            "CELERY_BROKER_URL": "memory://",
            "EMAIL_URL": email_url,
            "LOG_LEVEL": "ERROR",
        }
        if database_url:
            self.environ["DATABASE_URL"] = database_url

    def start(self, *command: str) -> subprocess.Popen:
        program = [sys.executable, "-m", "tests.alerts.outbox_process", *command]
        return subprocess.Popen(program, env=self.environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def run(self, *command: str) -> str:
        process = self.start(*command)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0
        return output

    @property
    def states(self) -> dict[str, str]:
        """Of each message; asked without a process of Django, which takes seconds to start."""
        url, home = self.environ.get("DATABASE_URL"), Path(self.environ["DATAOPS_HOME"])
        connection = psycopg.connect(url) if url else sqlite3.connect(home / "dataops.sqlite3")
        with closing(connection):
            rows = connection.execute("SELECT uuid, state FROM alerts_notification").fetchall()
        return {str(UUID(str(uuid))): state for uuid, state in rows}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def outbox(request, tmp_path, smtp) -> Outbox:
    if request.param == "postgres":
        url = migrated_database(request.getfixturevalue("postgres"), f"outbox_{tmp_path.name[-20:]}")
    else:
        url = ""
        shutil.copytree(migrated_home(), tmp_path, dirs_exist_ok=True)
    box = Outbox(tmp_path, url, smtp.url)
    box.run("prepare", str(MESSAGES))
    return box


def ids(smtp) -> list[str]:
    return [message["Message-ID"].strip("<>").split("@")[0] for message in smtp.messages]


def test_several_workers_send_everything_once(outbox, smtp):
    workers = [outbox.start("deliver") for _ in range(3)]
    assert [worker.wait(PATIENCE_SECONDS) for worker in workers] == [0, 0, 0]

    assert set(outbox.states.values()) == {"sent"}
    assert sorted(ids(smtp)) == sorted(outbox.states)


def test_a_killed_worker_loses_nothing_and_doubles_at_most_one(outbox, smtp):
    worker = outbox.start("deliver")
    eventually(lambda: len(smtp.messages) >= 5)
    worker.kill()
    worker.wait()

    outbox.run("overdue")

    assert set(outbox.states.values()) == {"sent"}
    assert set(ids(smtp)) == set(outbox.states)
    assert len(smtp.messages) <= MESSAGES + 1


def test_a_mail_server_that_never_answers_holds_one_worker_and_nothing_is_lost(outbox, smtp):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE_SECONDS)
        outbox.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        waiting = outbox.start("once")
        connection, _ = silent.accept()

        waiting.send_signal(signal.SIGSTOP)  # or its patience might end before the other has started
        assert outbox.run("once").strip() == "0"
        waiting.kill()
        waiting.wait()
        connection.close()

    assert sorted(set(outbox.states.values())) == ["pending", "sending"]
    outbox.environ["EMAIL_URL"] = smtp.url
    outbox.run("overdue")
    assert set(outbox.states.values()) == {"sent"}
    assert sorted(ids(smtp)) == sorted(outbox.states)
