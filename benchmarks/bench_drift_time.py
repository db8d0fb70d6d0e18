"""The time of a comparison: a window of 500,000 rows and 20 columns from Parquet, and from profiles alone."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import files
from benchmarks.measurement import Measurement
from dataops.engine.drift import compare
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.readers import open_dataset

ROWS = 500_000
RUNS = 5


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        file = files.columnar(Path(folder), ROWS)
        reference = profile(open_dataset(file))
        window = _profiled(file, reference)
        yield from _timed(
            f"{ROWS:,} rows of 20 columns from Parquet",
            3.0,
            lambda: compare(reference, _profiled(file, reference)),
        )
        yield from _timed("The same from profiles", 0.05, lambda: compare(reference, window))


def _profiled(file: Path, reference: Profile) -> Profile:
    return profile(open_dataset(file), like=reference)


def _timed(name: str, bar: float, work: Callable[[], Any]) -> Iterator[Measurement]:
    """Medians by the clock and in processor time of all threads; warm after the work before."""
    work()
    wall, cpu = [], []
    for _ in range(RUNS):
        began, spent = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
    yield Measurement(name, 1000 * median(wall), "ms", bar=1000 * bar)
    yield Measurement("  processor time", 1000 * median(cpu), "ms")
