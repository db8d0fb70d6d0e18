"""Who is at work: people who browse, a script that uploads, a program that asks a model.

Each keeps to its rate whatever the answers take, and notes every answer.
"""

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Lock

import requests
from requests.cookies import RequestsCookieJar

from tests.faults.traffic import sales

PAGES = (
    "/",
    "/quality/",
    "/quality/sources/1/",
    "/models/",
    "/models/flight-delayed/",
    "/alerts/",
    "/alerts/1/",
)
THINK_SECONDS = (2.0, 6.0)
INSTANCES = 10


@dataclass(slots=True)
class Answers:
    """How long each kind of request took, in seconds, and which broke."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    broken: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note(self, kind: str, began: float, answer: requests.Response | str) -> None:
        with self._lock:
            self.seconds[kind].append(time.monotonic() - began)
            if isinstance(answer, str):
                self.broken.append(f"{kind}: {answer}")
            elif not answer.ok:
                self.broken.append(f"{kind}: {answer.status_code} {answer.url} {answer.text[:100]}")

    def p95(self, kind: str) -> float:
        took = sorted(self.seconds[kind])
        return took[int(len(took) * 0.95)] if took else float("nan")


@dataclass(slots=True)
class World:
    """The product's address, a token for scripts, the answers so far, and the end."""

    url: str
    token: str
    answers: Answers = field(default_factory=Answers)
    over: Event = field(default_factory=Event)

    def ask(self, kind: str, session: requests.Session, method: str, path: str, **body) -> None:
        began = time.monotonic()
        try:
            answer = session.request(method, f"{self.url}{path}", timeout=30, **body)
        except requests.RequestException as fault:
            self.answers.note(kind, began, type(fault).__name__)
        else:
            self.answers.note(kind, began, answer)

    def script(self) -> requests.Session:
        session = requests.Session()
        session.headers["Authorization"] = f"Token {self.token}"
        return session


def browse(world: World, cookies: RequestsCookieJar, seed: int) -> None:
    """A browser of somebody who is signed in."""
    chance, browser = random.Random(seed), requests.Session()
    browser.cookies.update(cookies)
    while not world.over.wait(chance.uniform(*THINK_SECONDS)):
        world.ask("page", browser, "GET", chance.choice(PAGES))


def upload(world: World, seed: int, per_minute: float) -> None:
    """Sources that get a good file, then a bad one, whose alerts open."""
    script = world.script()
    for number, _ in enumerate(_ticks(world, 60 / per_minute)):
        bad = number % 2 == 1
        files = {"file": ("sales.csv", sales((seed + number) * 1000, bad=bad), "text/csv")}
        source = {"source": f"load {seed + number // 2}"}
        world.ask("upload", script, "POST", "/api/v1/data-quality/upload", files=files, data=source)


def predict(world: World, instance: dict, per_second: float) -> None:
    """So many predictions a second, ``INSTANCES`` in a request."""
    script, body = world.script(), json.dumps({"instances": [instance] * INSTANCES})
    headers, path = (
        {"Content-Type": "application/json"},
        "/api/v1/model-monitoring/models/flight-delayed/predict",
    )
    for _ in _ticks(world, INSTANCES / per_second):
        world.ask("prediction", script, "POST", path, data=body, headers=headers)


def _ticks(world: World, seconds: float) -> Iterator[None]:
    """One tick each so many seconds; what took too long is caught up."""
    due = time.monotonic()
    while not world.over.is_set():
        yield
        due += seconds
        world.over.wait(max(due - time.monotonic(), 0))
