"""The fault campaign: many alerts to receivers that fail in every way, by a dispatcher that is killed."""

import json
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.alerts.fault_process import PER_REPORT
from tests.support.faulty import Ledger, doubled, faulty_hook, faulty_mail
from tests.support.processes import environment, migrated_home

ROOT = Path(__file__).parents[2]
SHARE = 0.15
EVENT = re.compile(r"event (\d+)\.")
NO_BROKER = "redis://127.0.0.1:1/0"


@dataclass(slots=True)
class Verdict:
    """What became of the alerts; ``doubled`` are messages that a receiver took again although it had
    said so clearly and in time, and nobody had been killed while sending them."""

    lost: set[int]
    unfinished: int
    doubled: list[str]
    strangers: set[str]
    repeated: int
    kills: int
    seconds: float
    faults: dict[str, int] = field(default_factory=dict)


def campaign(home: Path, *, events: int, kills: int, seed: int = 7) -> Verdict:
    """Write ``events`` alerts and deliver them; the broker is dead all the while.

    The dispatcher, a process of its own, is killed ``kills`` times by SIGKILL at a random moment.
    """
    shutil.copytree(migrated_home(), home, dirs_exist_ok=True)
    ledger, chance = Ledger(share=SHARE, seed=seed), random.Random(seed)
    with ExitStack() as stack:
        mail, hook = stack.enter_context(faulty_mail(ledger)), stack.enter_context(faulty_hook(ledger))
        environ = environment(home, 8000, {
            "DJANGO_SETTINGS_MODULE": "dataops.settings", "CELERY_BROKER_URL": NO_BROKER, "EMAIL_URL": mail,
            "DATAOPS_OUTBOUND_ALLOW": "127.0.0.0/8", "LOG_LEVEL": "CRITICAL",
        })  # fmt: skip
        nursery = stack.enter_context(_nursery(environ))
        began = time.monotonic()
        nursery.run("prepare", hook)
        writer, messages = nursery.start("write", "0", str(events)), str(events // PER_REPORT)
        for _ in range(kills):
            _kill_in_mid_flight(nursery, messages, ledger, chance)
        assert nursery.ask("wait", writer) == "0"
        nursery.run("deliver", messages)
        log = json.loads(nursery.run("log"))
        return _judge(log, ledger, events=events, kills=kills, seconds=time.monotonic() - began)


def _kill_in_mid_flight(nursery: "_Nursery", messages: str, ledger: Ledger, chance: random.Random) -> None:
    """Let a dispatcher deliver some, then kill it wherever it is."""
    before = len(ledger.took)
    dispatcher = nursery.start("deliver", messages)
    while len(ledger.took) < before + 5 and nursery.ask("poll", dispatcher) == "running":
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.5))
    nursery.ask("kill", dispatcher)


def _judge(log: list[dict], ledger: Ledger, *, events: int, kills: int, seconds: float) -> Verdict:
    told = {int(number) for text in ledger.texts.values() for number in EVENT.findall(text)}
    by_id = {message["uuid"]: message for message in log}
    taken = {message_id.split("@")[0]: hows for message_id, hows in ledger.took.items()}
    return Verdict(
        lost=set(range(events)) - told,
        unfinished=sum(message["state"] != "sent" for message in log),
        doubled=sorted(doubled(taken, {uuid: message["tries"] for uuid, message in by_id.items()})),
        strangers=set(taken) - set(by_id),
        repeated=sum(len(hows) > 1 for hows in taken.values()),
        kills=kills,
        seconds=seconds,
        faults=dict(ledger.drawn),
    )


class _Nursery:
    """The process that starts the others; see ``fault_process``."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._lines, self._answers = process.stdin, process.stdout

    def ask(self, *words: str) -> str:
        print(*words, file=self._lines, flush=True)
        return self._answers.readline().strip()

    def start(self, *command: str) -> str:
        """The id of a process that does it."""
        return self.ask(*command)

    def run(self, *command: str) -> str:
        """Do it, wait, and return the line that was printed, if any."""
        child = self.start(*command)
        said = self._answers.readline() if command == ("log",) else ""
        assert self.ask("wait", child) == "0", command
        return said


@contextmanager
def _nursery(environ: dict[str, str]) -> Iterator[_Nursery]:
    program = [sys.executable, "-m", "tests.alerts.fault_process"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, env=environ, cwd=ROOT, **pipes) as process:
        try:
            yield _Nursery(process)
        finally:
            process.kill()
