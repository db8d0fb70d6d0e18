"""The storm: people work while processes are killed, the broker forgets, goes silent, mail fails, databases
restart; afterwards every promise is looked at. What happens comes from a seed.
"""

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.faults.places import Place, second_beat
from tests.faults.traffic import Looks, Uploads, at_work
from tests.support.faulty import WAYS, Ledger, doubled, faulty_hook, faulty_mail
from tests.support.installation import Installation
from tests.support.postgres import postgres_server
from tests.support.processes import ADMIN_PASSWORD, prepared_home
from tests.support.redis import redis_server

FAULTY_SHARE = 0.1
# A refusal for good ends a message as it should; then there is nothing to find at the receiver.
RECOVERABLE = {way: weight for way, weight in WAYS.items() if way != "never"}
MESSAGES_WITHIN_SECONDS = 900.0
OUTAGES = ("broker lost", "broker silent", "receivers down")
"""While these last, pages come as ever."""

Settled = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is broken, how often: so many faults of each kind, in an order that comes from the seed.

    ``patient`` waits as long as it takes in life; else leases and pauses end with the storm.
    """

    kills: int
    broker_losses: int
    silences: int = 1
    receivers_down: int = 1
    database_restarts: int = 1
    pause_seconds: tuple[float, float] = (0.5, 3.0)
    outage_seconds: float = 8.0
    upload_pause_seconds: float = 1.0
    seed: int = 7
    patient: bool = True

    def faults(self) -> list[str]:
        kinds = {
            "kill": self.kills,
            "broker lost": self.broker_losses,
            "broker silent": self.silences,
            "receivers down": self.receivers_down,
            "database restarted": self.database_restarts,
        }
        order = [kind for kind, count in kinds.items() for _ in range(count)]
        random.Random(self.seed).shuffle(order)
        return order


SHORT = Plan(
    kills=8, broker_losses=1, pause_seconds=(0, 1), outage_seconds=3, upload_pause_seconds=0.5, patient=False
)
FULL = Plan(kills=200, broker_losses=20, silences=10, receivers_down=10, database_restarts=10)


@dataclass(slots=True)
class Verdict:
    """What became of what people did; ``broken`` are promises, in words."""

    uploads: int
    messages: int
    broken: list[str]
    doubled: list[str]
    refused: list[str]
    faults: Counter[str]
    receivers: dict[str, int]
    jobs_seconds: float | None
    messages_seconds: float | None
    p95: dict[str, float | None]
    database_errors_seconds: list[float] = field(default_factory=list)


def storm(home: Path, infrastructure: str, plan: Plan) -> Verdict:
    """``infrastructure`` is "embedded" (SQLite, own broker) or "servers". Raises MissingError."""
    with ExitStack() as stack:
        place = stack.enter_context(_place(home, infrastructure, plan))
        uploads = _prepare(place, plan)
        stack.enter_context(second_beat(place.product))
        with at_work(uploads, place.looks):
            faults, outages = _rage(place, plan)
            if not plan.patient:
                place.check("hurry")  # what a killed web process held is free for who asks again
        return _judge(place, uploads, faults, outages, _settle(place, plan))


@contextmanager
def _place(home: Path, infrastructure: str, plan: Plan) -> Iterator[Place]:
    ledger = Ledger(share=FAULTY_SHARE, seed=plan.seed, ways=RECOVERABLE)
    with ExitStack() as stack:
        environ = {
            "EMAIL_URL": stack.enter_context(faulty_mail(ledger)),
            "DATAOPS_ADMIN_EMAIL": "ops@example.org",
            "DATAOPS_OUTBOUND_ALLOW": "127.0.0.0/8",
        }
        hook = stack.enter_context(faulty_hook(ledger))
        database = redis = None
        if infrastructure == "servers":
            database = stack.enter_context(postgres_server())
            redis = stack.enter_context(redis_server())
            environ |= {"DATABASE_URL": database.create_database("storm"), "REDIS_URL": redis.url}
        else:
            furnished = prepared_home(DATAOPS_ADMIN_EMAIL=environ["DATAOPS_ADMIN_EMAIL"])
            shutil.copytree(furnished, home, dirs_exist_ok=True)
        product = Installation(home, environ)
        stack.callback(product.kill)
        product.wait_until_ready()
        yield Place(product, ledger, hook, Looks(product.url), redis, database)


def _prepare(place: Place, plan: Plan) -> Uploads:
    """A script with a token; everything is told to a webhook too, beside the mail of the start."""
    api = f"{place.product.url}/api/v1"
    person = {"username": "admin", "password": ADMIN_PASSWORD}
    token = requests.post(f"{api}/auth/token", json=person, timeout=30).json()["token"]

    def make(what: str, body: dict[str, Any]) -> int:
        done = requests.post(
            f"{api}/alerts/{what}", json=body, headers={"Authorization": f"Token {token}"}, timeout=30
        )
        assert done.status_code == 201, done.text
        return done.json()["id"]

    channel = make("channels", {"name": "hook", "kind": "webhook", "config": {"url": place.hook}})
    make("routes", {"name": "everything", "channels": [channel]})
    return Uploads(place.product.url, token, plan.upload_pause_seconds)


def _rage(place: Place, plan: Plan) -> tuple[Counter[str], list[float]]:
    """Every fault of the plan, one after the other; how often what was hit, and how long pages failed after
    each restart of the database."""
    chance, happened, outages = random.Random(plan.seed), Counter[str](), list[float]()
    for fault in plan.faults():
        time.sleep(chance.uniform(*plan.pause_seconds))
        match fault:
            case "kill":
                fault = f"killed {place.kill(chance)}"
            case "broker lost":
                place.lose_broker()
            case "broker silent":
                place.silence_broker(plan.outage_seconds)
            case "receivers down":
                place.lose_receivers(plan.outage_seconds)
            case "database restarted" if place.database:
                outages.append(place.restart_database(plan.outage_seconds))
            case _:
                continue
        happened[fault] += 1
    return happened, outages


def _settle(place: Place, plan: Plan) -> Settled:
    """Seconds until the last job and the last message were done; None for what was not in time."""
    hurrying = () if plan.patient else ("hurrying",)
    jobs, messages = json.loads(place.check("wait", str(MESSAGES_WITHIN_SECONDS), *hurrying))
    return jobs, messages


def _judge(
    place: Place, uploads: Uploads, faults: Counter[str], outages: list[float], took: Settled
) -> Verdict:
    said = json.loads(place.check("verdict", ",".join(map(str, uploads.runs))))
    taken = {message_id.split("@")[0]: hows for message_id, hows in place.ledger.took.items()}
    log = said["log"]
    sent = {message_id for message_id, message in log.items() if message["state"] == "sent"}
    broken = list(said["broken"])
    broken += [f"message {each} is said to be sent and never came" for each in sent - set(taken)]
    broken += [f"message {each} came and is not in the log" for each in set(taken) - set(log)]
    return Verdict(
        uploads=len(uploads.runs),
        messages=len(log),
        broken=broken,
        doubled=sorted(doubled(taken, {key: message["tries"] for key, message in log.items()})),
        refused=uploads.refused,
        faults=faults,
        receivers=dict(place.ledger.drawn),
        jobs_seconds=took[0],
        messages_seconds=took[1],
        p95={during: place.looks.p95(during) for during in OUTAGES},
        database_errors_seconds=outages,
    )
