"""One prediction over the API against an empty view with the same sign-in: what model and log cost.

And a thousand in one request, with what a worker then takes to file them as rows of the log.
"""

import json
import time
from collections.abc import Iterator
from statistics import median

from benchmarks import installation
from benchmarks.measurement import Measurement

FLIGHT = {"dep_delay": 24, "distance": 1400, "hour": 17, "carrier": "UA", "origin": "EWR", "dest": "IAH"}
PREDICT = "/api/v1/model-monitoring/models/flight-delayed/predict"
REQUESTS, BATCHES, BATCH = 200, 20, 1_000


def measure() -> Iterator[Measurement]:
    installation.script()
    from django.test import override_settings

    with override_settings(ROOT_URLCONF="benchmarks.empty_view"):
        for path in (PREDICT, "/empty"):
            _ask(path)  # loads the model
        pairs = [(_ask("/empty"), _ask(PREDICT)) for _ in range(REQUESTS)]
    yield Measurement("Single prediction over the API", 1000 * median(p for _, p in pairs), "ms")
    yield Measurement("  an empty view with the same sign-in", 1000 * median(e for e, _ in pairs), "ms")
    yield Measurement("  prediction / empty, median of pairs", median(p / e for e, p in pairs), "x")
    batches = [_ask(PREDICT, BATCH) for _ in range(BATCHES)]
    yield Measurement(f"{BATCH:,} predictions in one request", 1000 * median(batches), "ms")
    yield Measurement("  rows a worker files in the log a second", _filed(), "1/s")


def _filed() -> float:
    from models_registry.services import file_waiting

    began = time.perf_counter()
    rows = file_waiting()
    return rows / (time.perf_counter() - began)


def _ask(path: str, rows: int = 1) -> float:
    body = json.dumps({"instances": [FLIGHT] * rows})
    began = time.perf_counter()
    answer = installation.script().post(path, body, content_type="application/json")
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.content[:200]!r}")
    return seconds
