"""The product as real processes without a supervisor: what is killed stays dead until a test starts it."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from dataops.engine.confine import die_with_parent
from dataops.web import broker, processes
from dataops.web.probe import answers
from tests.support.ports import free_port
from tests.support.postgres import PostgresServer
from tests.support.waiting import eventually

# Said for every process, so that neither a developer's .env nor the settings of the test run reach them.
BLANK = dict.fromkeys(("CELERY_BROKER_URL", "REDIS_URL", "SECRET_KEY", "SENTRY_DSN"), "")
# What decides how an installation is furnished, so that two which differ in it cannot be copies of one.
FURNISHES = ("DATAOPS_ADMIN_EMAIL", "DATAOPS_SAMPLE_DATA")
ADMIN_PASSWORD = "a password for the tests"


def environment(home: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Variables of an installation of its own in ``home``; ``environ`` is said last."""
    return {
        **os.environ,
        **BLANK,
        "DATABASE_URL": f"sqlite:///{home / 'dataops.sqlite3'}",
        "DATAOPS_HOME": str(home),
        "DATAOPS_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "DATAOPS_SAMPLE_DATA": "0",
        "EMAIL_URL": "consolemail://",
        "DJANGO_SETTINGS_MODULE": "dataops.settings",
        "LOG_LEVEL": "INFO",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        **environ,
    }


class Processes:
    """Web, two workers, beat and, unless ``environ`` names one, the embedded broker, over one directory."""

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = environment(home, self.port, environ)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._known = {p.name: p for p in processes.lasting(host="127.0.0.1", port=self.port)}
        own = broker.find(home, self.environ)
        if own.command is not None:
            broker.prepare(home)
            self._known["broker"] = processes.Process("broker", own.command, processes.Stage.BROKER)

    def start(self, *names: str) -> None:
        """Start the named processes, or all; returns at once."""
        for name in names or self._known:
            with self.log_file(name).open("ab") as log:
                self._running[name] = subprocess.Popen(
                    self._known[name].command,
                    cwd=processes.ROOT,
                    env=self.environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=die_with_parent,
                )

    def wait_until_ready(self) -> None:
        eventually(
            lambda: answers("127.0.0.1", self.port),
            what=lambda: f"an answer of web:\n{self.log('web')}",
        )

    @property
    def running(self) -> tuple[str, ...]:
        """Names of the processes that were started and not killed or stopped."""
        return tuple(self._running)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> None:
        """kill -9 of a process and of all it started."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, *, seconds: float = 20) -> int:
        """SIGTERM; returns the exit code."""
        process = self._running.pop(name)
        process.terminate()
        return process.wait(seconds)

    def manage(self, *words: str) -> str:
        """Run a management command over the same data; returns what it printed."""
        return self._run("manage.py", *words)

    def run_module(self, name: str) -> str:
        """Run a module of the tests over the same data; returns what it printed."""
        return self._run("-m", name)

    def _run(self, *words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=processes.ROOT, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, f"{words}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def log_file(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def log(self, name: str) -> str:
        return self.log_file(name).read_text(errors="replace")

    def kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)


@contextmanager
def prepared_processes(home: Path, environ: Mapping[str, str] | None = None) -> Iterator[Processes]:
    """Processes over a prepared installation (user ``admin``, sample data only if said), not yet started."""
    environ = environ or {}
    product = Processes(home, environ)
    try:
        if "DATABASE_URL" in environ:
            shutil.copytree(prepared_home() / "static", home / "static")
            product.manage("prepare")
        else:
            said = {name: environ[name] for name in FURNISHES if name in environ}
            shutil.copytree(prepared_home(**said), home, dirs_exist_ok=True)
        yield product
    finally:
        product.kill_all()


@cache
def prepared_home(**environ: str) -> Path:
    """An installation to copy, with its first user and its static files."""
    home = _passing_home()
    shutil.copytree(migrated_home(), home, dirs_exist_ok=True)
    if environ:
        shutil.copytree(prepared_home() / "static", home / "static")
    Processes(home, environ).manage("prepare")
    return home


@cache
def migrated_home() -> Path:
    """A directory to copy, whose database has its tables."""
    home = _passing_home()
    Processes(home, {}).run_module("tests.support.tables")
    return home


def migrated_database(server: PostgresServer, name: str) -> str:
    """The DATABASE_URL of a new database that has its tables, which are made once for each server."""
    return server.create_database(name, like=_migrated(server))


@cache
def _migrated(server: PostgresServer) -> str:
    name = "migrated"
    url = server.create_database(name)
    Processes(_passing_home(), {"DATABASE_URL": url}).run_module("tests.support.tables")
    return name


def _passing_home() -> Path:
    """A directory for as long as this process lives."""
    home = Path(tempfile.mkdtemp(prefix="dataops-prepared-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home
