"""A full check of a file (profile, eight checks, score) against reading it at all: pyarrow's typed scan.

Each run is a process of its own, so that its peak memory is its own; the two take turns, so that
whatever else the machine does meets both. ``python -m benchmarks.bench_check check FILE`` is one run.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import files
from benchmarks.measurement import Measurement

RUNS = 5


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    peak_bytes: int


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        for make in (files.flights, files.synthetic):
            yield from _measure_file(make(Path(folder)))


def _measure_file(file: Path) -> Iterator[Measurement]:
    pairs = [(run("scan", file), run("check", file)) for _ in range(RUNS)]
    check = median(check.seconds for _, check in pairs)
    scan = median(scan.seconds for scan, _ in pairs)
    name = f"{file.name} ({file.stat().st_size / 1e6:.0f} MB)"
    yield Measurement(f"Full check of {name}", check, "s")
    yield Measurement(f"Typed scan of {name} by pyarrow", scan, "s")
    yield Measurement("  check / scan, median of pairs", median(c.seconds / s.seconds for s, c in pairs), "x")
    yield Measurement("  peak memory of the check", median(c.peak_bytes for _, c in pairs) / 1e6, "MB")
    yield Measurement("  peak memory of the scan", median(s.peak_bytes for s, _ in pairs) / 1e6, "MB")


def run(what: str, file: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.bench_check", what, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def scan(file: Path) -> None:
    from pyarrow import csv

    csv.read_csv(file)


def check(file: Path) -> None:
    from dataops.engine.inspection import default_plan, inspect
    from dataops.engine.readers import open_dataset

    inspect(open_dataset(file), default_plan())


def _once(work: Callable[[Path], None], file: Path, warm_up: Path) -> Run:
    """One run after a tiny one, so that imports are not part of it."""
    work(warm_up)
    began = time.perf_counter()
    work(file)
    seconds = time.perf_counter() - began
    return Run(seconds, _peak_bytes())


def _peak_bytes() -> int:
    """Most memory of this process. Not getrusage: it starts from what the parent had when it forked."""
    kibibytes = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kibibytes[1]) * 1024 if kibibytes else 0


def main(what: str, file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder) / "tiny.csv"
        tiny.write_text("a,b\n1,x\n2,y\n")
        run = _once({"scan": scan, "check": check}[what], file, tiny)
    print(json.dumps({"seconds": run.seconds, "peak_bytes": run.peak_bytes}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
