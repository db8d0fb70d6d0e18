"""Server time, queries and size of every page, and load events of some, with the large sample on SQLite."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from statistics import median

from benchmarks.measurement import Measurement
from dataops.web.processes import ROOT

MOST_MS, MOST_P95_MS, MOST_QUERIES, MOST_BYTES = 100, 250, 15, 60_000
MOST_LOAD_MS = 1000
SLOWEST = 12


def measure(environ: Mapping[str, str] | None = None) -> Iterator[Measurement]:
    """``environ`` is said to the installation on top of what it gets anyway."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.page_times"],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        check=True,
        stdout=subprocess.PIPE,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    visits = found["visits"]
    visits.sort(key=lambda visit: visit["median_ms"], reverse=True)
    yield Measurement(f"Median of {len(visits)} pages", median(v["median_ms"] for v in visits), "ms", MOST_MS)
    for visit in visits[:SLOWEST]:
        yield Measurement(f"  {visit['path']}", visit["median_ms"], "ms", MOST_MS)
    slowest = max(visits, key=lambda visit: visit["p95_ms"])
    yield Measurement(f"Slowest view of one in 20: {slowest['path']}", slowest["p95_ms"], "ms", MOST_P95_MS)
    most = max(visits, key=lambda visit: visit["queries"])
    yield Measurement(f"Most queries: {most['path']}", most["queries"], "", MOST_QUERIES)
    largest = max(visits, key=lambda visit: visit["compressed_bytes"])
    kilobytes = largest["compressed_bytes"] / 1000
    yield Measurement(f"Largest page: {largest['path']}", kilobytes, "kB", MOST_BYTES / 1000)
    for path, milliseconds in found["loads"].items():
        yield Measurement(f"Load event in Chromium: {path}", milliseconds, "ms", MOST_LOAD_MS)
