"""`manage.py up`: the whole product in the foreground, on this machine, with one command."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.web import broker, processes
from dataops.web.probe import answers
from dataops.web.supervisor import StartupError, Supervisor


class Command(BaseCommand):
    help = "Start web, workers, scheduler and broker, restart what dies, stop all with Ctrl-C."
    requires_system_checks = ()  # `manage.py check` and the tests do that; here a second counts

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        home: Path = settings.DATAOPS_HOME
        lock = _take(home / "up.lock")  # held until this process ends
        _require_free(host, port)
        supervisor = Supervisor(
            environ=os.environ | {"PORT": str(port), "DATAOPS_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            is_ready=lambda: answers(host, port),
            on_ready=lambda: self.stdout.write(f"DataOps Inspector is ready at http://localhost:{port}"),
        )
        try:
            supervisor.run(
                first=_embedded_broker(home),
                once=processes.prepare(),
                then=processes.lasting(host=host, port=port),
            )
        except (StartupError, broker.BrokerError) as fault:
            raise CommandError(f"DataOps Inspector did not start: {fault}") from None
        finally:
            lock.close()


def _embedded_broker(home: Path) -> list[processes.Process]:
    """Our own broker, unless the environment names one that somebody else runs."""
    found = broker.find(home)
    if found.command is None:
        return []
    broker.prepare(home)
    return [processes.Process("broker", found.command, processes.Stage.BROKER)]


def _take(path: Path) -> IO[str]:
    """Two supervisors over one directory would take each other's broker away."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(f"DataOps Inspector is already running on {path.parent}") from None
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
            raise CommandError(hint) from None
