"""Server time and number of queries of the list pages, with the sample data on SQLite."""

import time
from collections.abc import Iterator
from statistics import median

from benchmarks import installation
from benchmarks.measurement import Measurement

PAGES = {
    "Dashboard": "/",
    "Sources": "/quality/",
    "Runs of a source": "/quality/sources/1/runs/",
    "Models": "/models/",
    "Predictions of a model": "/models/flight-delayed/predictions/",
    "Drift runs of a model": "/models/flight-delayed/drift/",
    "Alerts": "/alerts/",
    "Deliveries": "/alerts/deliveries/",
    "Audit log": "/settings/audit/",
}
VIEWS = 30
MOST_MS, MOST_QUERIES = 60, 12


def measure() -> Iterator[Measurement]:
    installation.client()
    for name, path in PAGES.items():
        times = sorted(_view(path) for _ in range(VIEWS + 3))
        yield Measurement(f"{name}: {path}", 1000 * median(times), "ms", MOST_MS)
        yield Measurement("  its queries", _queries(path), "", MOST_QUERIES)


def _view(path: str) -> float:
    began = time.perf_counter()
    answer = installation.client().get(path)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return seconds


def _queries(path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        _view(path)
    return len(captured)
