"""The whole product on this machine: one supervisor over every process, until it is told to stop."""

import argparse
import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from dataops.web import broker, processes
from dataops.web.probe import answers
from dataops.web.supervisor import StartupError, Supervisor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )


def run(home: Path, *, host: str, port: int) -> None:
    """Run the installation in ``home``; returns when it was asked to stop and everything has stopped.

    Raises StartupError with a message for the person at the terminal.
    """
    lock = _take(home / "up.lock")  # held until this process ends
    _require_free(host, port)
    supervisor = Supervisor(
        environ=os.environ | {"PORT": str(port), "DATAOPS_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        is_ready=lambda: answers(host, port),
        on_ready=lambda: print(f"DataOps Inspector is ready at http://localhost:{port}", flush=True),
    )
    try:
        supervisor.run(
            first=_embedded_broker(home),
            once=processes.prepare(),
            then=processes.lasting(host=host, port=port),
        )
    finally:
        lock.close()


def _embedded_broker(home: Path) -> list[processes.Process]:
    """Our own broker, unless the environment names one that somebody else runs."""
    try:
        found = broker.find(home)
        if found.command is None:
            return []
        broker.prepare(home)
    except broker.BrokerError as fault:
        raise StartupError(str(fault)) from None
    return [processes.Process("broker", found.command, processes.Stage.BROKER)]


def _take(path: Path) -> IO[str]:
    """Two supervisors over one directory would take each other's broker away."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartupError(f"already running on {path.parent}") from None
    return lock


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            hint = (
                f"cannot listen on {host}:{port} ({fault.strerror}); choose another port: PORT=8001 make run"
            )
            raise StartupError(hint) from None
