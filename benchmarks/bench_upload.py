"""From sending 31 MB to a finished check with a score: real processes on SQLite and the embedded broker."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import files
from benchmarks.measurement import Measurement
from tests.flows.client import Script
from tests.support.processes import prepared_processes

RUNS = 3
MOST_SECONDS = 10


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder, prepared_processes(Path(folder)) as product:
        file = files.flights(Path(folder))
        product.start()
        product.wait_until_ready()
        script = Script(product)
        script.follow(script.upload("tiny.csv", b"a,b\n1,x\n2,y\n", source="warm-up")["check"]["url"])
        seconds = [_road(script, file, source=f"flights-{n}") for n in range(RUNS)]
    yield Measurement(
        "Upload of flights.csv (31 MB) to the score, over HTTP", median(seconds), "s", MOST_SECONDS
    )


def _road(script: Script, file: Path, *, source: str) -> float:
    began = time.perf_counter()
    run = script.follow(script.upload(file.name, file, source=source)["check"]["url"])
    seconds = time.perf_counter() - began
    if run["score"] is None:
        raise RuntimeError(f"no score: {run['error']}")
    return seconds
