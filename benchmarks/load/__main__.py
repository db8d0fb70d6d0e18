"""Fifty people browse, 20 files a minute come in, 200 predictions a second are made, alerts are told.

``python -m benchmarks.load embedded`` is on SQLite and the embedded broker, ``servers`` on PostgreSQL and
Redis; ten minutes, unless others are named behind it.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import requests

from benchmarks.load.people import Answers, World, browse, predict, upload
from benchmarks.measurement import Measurement, tell
from tests.faults.places import Place
from tests.faults.traffic import Looks, sign_in
from tests.support.faulty import Ledger, faulty_mail
from tests.support.installation import Installation
from tests.support.postgres import postgres_server
from tests.support.proc import descendants
from tests.support.processes import ADMIN_PASSWORD
from tests.support.redis import redis_server

PEOPLE, UPLOADS_PER_MINUTE, PREDICTIONS_PER_SECOND, PREDICTORS = 50, 20, 200, 4
SAMPLE_EVERY_SECONDS = 5.0
DRAINED_WITHIN_SECONDS = 300
PAGE_BAR_SECONDS, GROWTH_BAR_PERCENT = 0.5, 5


def main(infrastructure: str, minutes: float) -> int:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dataops-load-")))
        place = _place(stack, home, infrastructure)
        world, instance = _prepare(place.product.url)
        memory = _work(world, instance, place, minutes)
        drained, _ = json.loads(place.check("wait", str(DRAINED_WITHIN_SECONDS)))
    print(f"{infrastructure}, {minutes:g} minutes; mails: {len(place.ledger.took)}")
    for sentence in world.answers.broken[:10]:
        print(f"  {sentence}")
    return tell(_measured(world.answers, memory, drained))


def _place(stack: ExitStack, home: Path, infrastructure: str) -> Place:
    ledger = Ledger(share=0)
    # Two, as the operations guide says of two cores that requests keep busy.
    environ = {"DATAOPS_SAMPLE_DATA": "1", "WEB_PROCESSES": "2"}
    environ["EMAIL_URL"] = stack.enter_context(faulty_mail(ledger))
    if infrastructure == "servers":
        environ["DATABASE_URL"] = stack.enter_context(postgres_server()).create_database("load")
        environ["REDIS_URL"] = stack.enter_context(redis_server()).url
    product = Installation(home, environ)
    stack.callback(product.kill)
    product.wait_until_ready()
    return Place(product, ledger, "", Looks(product.url))


def _prepare(url: str) -> tuple[World, dict]:
    """A token, and one row of features that the sample model knows."""
    person = {"username": "admin", "password": ADMIN_PASSWORD}
    token = requests.post(f"{url}/api/v1/auth/token", json=person, timeout=60).json()["token"]
    world = World(url, token)
    versions = f"{url}/api/v1/model-monitoring/models/flight-delayed/versions"
    features = world.script().get(versions, timeout=60).json()["results"][0]["signature"]["features"]
    instance = {f["name"]: f["categories"][0] if f.get("categories") else f["minimum"] for f in features}
    return world, instance


def _work(world: World, instance: dict, place: Place, minutes: float) -> list[float]:
    """Everybody works; the memory of all processes, in bytes, as it was meanwhile."""
    share = PREDICTIONS_PER_SECOND / PREDICTORS
    cookies = sign_in(world.url).cookies
    threads = [Thread(target=browse, args=(world, cookies, seed)) for seed in range(PEOPLE)]
    threads += [Thread(target=predict, args=(world, instance, share)) for _ in range(PREDICTORS)]
    threads.append(Thread(target=upload, args=(world, 100, UPLOADS_PER_MINUTE)))
    for thread in threads:
        thread.start()
    ends, memory = time.monotonic() + minutes * 60, []
    while time.monotonic() < ends:
        time.sleep(SAMPLE_EVERY_SECONDS)
        memory.append(sum(map(_proportional_bytes, descendants(place.product.popen.pid))))
    world.over.set()
    for thread in threads:
        thread.join()
    return memory


def _proportional_bytes(pid: int) -> float:
    """What a process holds, of what it shares its part."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) * 1024.0 for line in rollup.splitlines() if line.startswith("Pss:")), 0.0
    )


def _measured(answers: Answers, memory: list[float], drained: float | None) -> Iterator[Measurement]:
    for kind, seconds in sorted(answers.seconds.items()):
        yield Measurement(f"Requests: {kind}", len(seconds), "")
        yield Measurement(
            f"p95: {kind}", answers.p95(kind), "s", PAGE_BAR_SECONDS if kind == "page" else None
        )
    yield Measurement("Requests that broke", len(answers.broken), "", 0)
    never = float("inf")
    yield Measurement(
        "Queue drained after", never if drained is None else drained, "s", DRAINED_WITHIN_SECONDS
    )
    tenth = max(len(memory) // 10, 1)
    middle = statistics.median(memory[len(memory) // 2 :][:tenth])
    yield Measurement("Memory half way", middle / 1024**2, "MiB")
    growth = statistics.median(memory[-tenth:]) / middle - 1
    yield Measurement("Growth of memory in the last half", growth * 100, "%", GROWTH_BAR_PERCENT)


if __name__ == "__main__":
    named = [*sys.argv[1:], *["embedded", "10"][len(sys.argv) - 1 :]]
    sys.exit(main(named[0], float(named[1])))
