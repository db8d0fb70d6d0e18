"""The whole product under its own supervisor, as `make run` starts it: what is killed comes back."""

import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dataops.web.processes import ROOT
from tests.support.ports import free_port
from tests.support.proc import command_line, descendants
from tests.support.processes import environment
from tests.support.waiting import eventually

PARTS = {
    "broker": "valkey|redis",
    "web": "granian",
    "worker-fast": "--queues fast",
    "worker-heavy": "--queues heavy",
    "beat": "celery .* beat",
    "watch": "manage.py watch",
}
# Started by a worker, anew when the next job comes.
READER = {"reader": "engine.apart.host"}


class Installation:
    """``python -m dataops`` over a data directory of its own."""

    def __init__(self, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = environment(home, self.port, environ or {})
        self.output = home / "output"
        self.start()

    def start(self) -> None:
        self.popen = self._up(self.port)

    def start_another(self, port: int, **environ: str) -> subprocess.Popen[bytes]:
        return self._up(port, environ, self.home / "another")

    def wait_until_ready(self) -> None:
        eventually(
            lambda: f"DataOps Inspector is ready at http://localhost:{self.port}" in self.said(),
            seconds=240,
            what=self.said,
        )

    def said(self) -> str:
        return self.output.read_text()

    def pids(self, part: str) -> list[int]:
        """The processes of a part, its main process first."""
        pattern = (PARTS | READER)[part]
        return [pid for pid in descendants(self.popen.pid) if re.search(pattern, command_line(pid))]

    def kill(self) -> None:
        """kill -9 of the supervisor; the kernel ends what it started."""
        with suppress(ProcessLookupError):
            self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def _up(
        self, port: int, environ: dict[str, str] | None = None, output: Path | None = None
    ) -> subprocess.Popen:
        with (output or self.output).open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "dataops", "--port", str(port)],
                cwd=ROOT,
                env={**self.environ, "PORT": str(port), **(environ or {})},
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
