"""The fault campaign: many alerts to receivers that fail in every way, by a dispatcher that is killed."""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.faulty import Ledger, faulty_hook, faulty_mail
from tests.support.processes import environment

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
    ledger, chance = Ledger(share=SHARE, seed=seed), random.Random(seed)
    with ExitStack() as stack:
        mail, hook = stack.enter_context(faulty_mail(ledger)), stack.enter_context(faulty_hook(ledger))
        environ = environment(home, 8000, {
            "DJANGO_SETTINGS_MODULE": "dataops.settings", "CELERY_BROKER_URL": NO_BROKER, "EMAIL_URL": mail,
            "DATAOPS_OUTBOUND_ALLOW": "127.0.0.0/8", "LOG_LEVEL": "CRITICAL",
        })  # fmt: skip
        began = time.monotonic()
        _run(environ, "prepare", hook)
        with _start(environ, "write", "0", str(events)) as writer:
            for _ in range(kills):
                _kill_in_mid_flight(environ, ledger, chance)
            assert writer.wait() == 0
        _run(environ, "deliver")
        log = json.loads(_run(environ, "log"))
        return _judge(log, ledger, events=events, kills=kills, seconds=time.monotonic() - began)


def _kill_in_mid_flight(environ: dict[str, str], ledger: Ledger, chance: random.Random) -> None:
    """Let a dispatcher deliver some, then kill it wherever it is."""
    before = len(ledger.took)
    dispatcher = _start(environ, "deliver")
    while len(ledger.took) < before + 5 and dispatcher.poll() is None:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.5))
    dispatcher.kill()
    dispatcher.wait()


def _judge(log: list[dict], ledger: Ledger, *, events: int, kills: int, seconds: float) -> Verdict:
    told = {int(number) for text in ledger.texts.values() for number in EVENT.findall(text)}
    by_id = {message["uuid"]: message for message in log}
    taken = {message_id.split("@")[0]: hows for message_id, hows in ledger.took.items()}
    return Verdict(
        lost=set(range(events)) - told,
        unfinished=sum(message["state"] != "sent" for message in log),
        doubled=sorted(_doubled(taken, by_id)),
        strangers=set(taken) - set(by_id),
        repeated=sum(len(hows) > 1 for hows in taken.values()),
        kills=kills,
        seconds=seconds,
        faults=dict(ledger.drawn),
    )


def _doubled(taken: dict[str, list[str]], by_id: dict[str, dict]) -> Iterator[str]:
    """Each clear yes may be followed by another only if the sender could not note it: it was killed, or
    had stopped waiting, as its log says, when a yes came late on a busy machine."""
    for message_id, hows in taken.items():
        tries = by_id.get(message_id, {}).get("tries", [])
        unheard = sum(outcome == "lost" or "timed out" in said for outcome, said in tries)
        if hows.count("clear") > 1 + unheard:
            yield message_id


def _start(environ: dict[str, str], *command: str) -> subprocess.Popen:
    program = [sys.executable, "-m", "tests.alerts.fault_process", *command]
    return subprocess.Popen(program, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _run(environ: dict[str, str], *command: str) -> str:
    process = _start(environ, *command)
    output, _ = process.communicate()
    assert process.returncode == 0, command
    return output
