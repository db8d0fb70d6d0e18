"""A real Redis-compatible server over TCP that lives as long as the tests and can be made to fail."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from dataops.engine.confine import die_with_parent
from dataops.web import broker
from tests.support.missing import MissingError
from tests.support.ports import free_port
from tests.support.waiting import eventually


@contextmanager
def redis_server(*, keeps_data: bool = False) -> Iterator["RedisServer"]:
    """A running server; raises MissingError when there is no server program."""
    with tempfile.TemporaryDirectory(prefix="dataops-redis-") as folder:
        server = RedisServer(Path(folder), keeps_data=keeps_data)
        server.start()
        try:
            yield server
        finally:
            server.kill()


class RedisServer:
    """One server on its own port; ``url`` is its REDIS_URL. Without ``keeps_data`` a restart empties it."""

    def __init__(self, folder: Path, *, keeps_data: bool) -> None:
        try:
            program = str(broker.server_program())
        except broker.BrokerError as fault:
            raise MissingError(f"a Redis server ({fault})") from None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        keep = "yes" if keeps_data else "no"
        self._command = [program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder)]
        self._command += ["--save", "", "--appendonly", keep, "--maxmemory-policy", "noeviction"]

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
        eventually(self._answers, what=lambda: "an answer of the Redis server")

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Takes connections but never answers, as a broken network does."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=2)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.ConnectionError:
            return False
