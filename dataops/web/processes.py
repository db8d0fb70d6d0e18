"""The processes of a running installation and the commands that start them.

The supervisor, the compose file and the tests all take their commands from here.
"""

import os
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Who looks at a page does not wait for a job, nor for a process that starts.
STEPS_BACK = 5
# No query string: it may hold what people searched for.
ACCESS_LOG_FORMAT = "%(addr)s %(method)s %(path)s %(status)d %(dt_ms)d ms"


class Stage(IntEnum):
    """When a process is stopped: first those that bring work, then those that do it, the broker last."""

    ENTRANCE = 1
    WORKER = 2
    BROKER = 3


@dataclass(frozen=True, slots=True)
class Process:
    """One long-running process: its name in the log, its command line and when it is stopped.

    ``niceness`` is how far it steps back while others want the processor.
    """

    name: str
    command: tuple[str, ...]
    stage: Stage
    niceness: int = 0


def prepare() -> Process:
    """Runs to its end before the others start: database, static files, first admin, sample data."""
    return Process("prepare", (sys.executable, "manage.py", "prepare"), Stage.ENTRANCE)


def web(*, host: str, port: int) -> Process:
    """Pages and API. Threads, since a request waits for the database more than for the processor.

    ``WEB_PROCESSES`` of them, where requests are more than one core answers.
    """
    address = ("--host", host, "--port", str(port))
    threads = ("--workers", os.environ.get("WEB_PROCESSES") or "1", "--blocking-threads", "4")
    log = ("--access-log", "--access-log-fmt", ACCESS_LOG_FORMAT)
    serve = (_tool("granian"), "--interface", "wsgi", "--no-ws", *address, *threads, *log)
    return Process("web", (*serve, "dataops.wsgi:application"), Stage.ENTRANCE)


def workers() -> tuple[Process, ...]:
    """Two workers, so that a long profile never delays a notification.

    ``heavy`` runs each job in a process of its own, which can be stopped when it takes too long.
    """
    return (
        _worker("fast", "--pool", "threads", "--concurrency", "4"),
        _worker("heavy", "--pool", "prefork", "--concurrency", "1"),
    )


def beat() -> Process:
    """The clock of schedules and sweeps; two of them do no harm."""
    return Process("beat", _celery("beat"), Stage.ENTRANCE, STEPS_BACK)


def watch() -> Process:
    """Tells of parts that fell silent, and sends what is due, when Celery or the broker cannot."""
    return Process("watch", (sys.executable, "manage.py", "watch"), Stage.ENTRANCE, STEPS_BACK)


def lasting(*, host: str, port: int) -> tuple[Process, ...]:
    """All that run until they are stopped, but for the broker."""
    return (web(host=host, port=port), *workers(), beat(), watch())


def _worker(queue: str, *pool: str) -> Process:
    # Mingling and gossip are for workers that share state; ours share rows.
    command = (*_celery("worker"), "--queues", queue, *pool, "--hostname", f"{queue}@%h")
    command = (*command, "--without-mingle", "--without-gossip")
    return Process(f"worker-{queue}", command, Stage.WORKER, STEPS_BACK)


def _celery(what: str) -> tuple[str, ...]:
    return (_tool("celery"), "--quiet", "--app", "dataops", what)


def _tool(name: str) -> str:
    """A program of the environment this interpreter belongs to, whatever PATH says."""
    return str(Path(sys.executable).with_name(name))
