"""A full check of a file (profile, the default checks, score) against DuckDB's plain typed scan of it.

The scan names every type beforehand and takes the sum or maximum of every column: the least that
reading all of a file can cost. Each run is a process of its own, so that its peak memory is its own;
the two take turns, so that whatever else the machine does meets both.
``python -m benchmarks.bench_check check FILE`` is one run.
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
THREADS = 2


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Bar:
    """What was promised for a file: time as a multiple of the scan's, and memory."""

    make: Callable[[Path], Path]
    ratio: float | None = None
    peak_megabytes: float | None = None


BARS = (
    Bar(files.flights),
    Bar(files.synthetic, ratio=2.0),
    Bar(files.columnar, ratio=2.5),
    Bar(files.wide, ratio=1.7),
    Bar(files.mixed, ratio=1.7, peak_megabytes=1000),
)


def measure() -> Iterator[Measurement]:
    for bar in BARS:
        with tempfile.TemporaryDirectory() as folder:
            yield from _measure_file(bar.make(Path(folder)), bar)


def _measure_file(file: Path, bar: Bar) -> Iterator[Measurement]:
    types = sniffed_types(file)
    pairs = [(run("scan", file, types), run("check", file, types)) for _ in range(RUNS)]
    scans, checks = zip(*pairs, strict=True)
    name = f"{file.name} ({file.stat().st_size / 1e6:.0f} MB)"
    yield Measurement(f"Full check of {name}", median(run.seconds for run in checks), "s")
    yield Measurement(f"Typed scan of {name} by DuckDB", median(run.seconds for run in scans), "s")
    ratio = median(c.seconds / s.seconds for s, c in pairs)
    yield Measurement("  check / scan, median of pairs", ratio, "x", bar.ratio)
    cpu = median(c.cpu_seconds / s.cpu_seconds for s, c in pairs)
    yield Measurement("  the same of processor seconds", cpu, "x")
    peak = median(run.peak_bytes for run in checks) / 1e6
    yield Measurement("  peak memory of the check", peak, "MB", bar.peak_megabytes)
    yield Measurement("  peak memory of the scan", median(run.peak_bytes for run in scans) / 1e6, "MB")


def sniffed_types(file: Path) -> dict[str, str]:
    """The types DuckDB finds; looked up beforehand, because finding them is no part of a scan."""
    import duckdb

    with duckdb.connect() as connection:
        if file.suffix == ".parquet":
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
            return {name: kind for name, kind, *_ in described}
        # A column that reads as numbers but for its "NA" is a column of numbers.
        query = "SELECT Columns FROM sniff_csv(?, sample_size = 100000, nullstr = ['', 'NA'])"
        (columns,) = connection.execute(query, [str(file)]).fetchall()[0]
        return {column["name"]: column["type"] for column in columns}


def run(what: str, file: Path, types: dict[str, str]) -> Run:
    command = [sys.executable, "-m", "benchmarks.bench_check", what, str(file)]
    done = subprocess.run(command, input=json.dumps(types), capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def scan(file: Path, types: dict[str, str]) -> None:
    import duckdb

    numeric = {name for name, kind in types.items() if kind in ("BIGINT", "DOUBLE")}
    asked = ", ".join(f'{"sum" if name in numeric else "max"}("{name}")' for name in types)
    connection = duckdb.connect(config={"threads": THREADS})
    if file.suffix == ".parquet":
        connection.execute(f"SELECT {asked} FROM read_parquet(?)", [str(file)]).fetchall()
        return
    options = (
        "header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false, nullstr = ['', 'NA']"
    )
    query = f"SELECT {asked} FROM read_csv(?, columns = {types!r}, {options})"
    connection.execute(query, [str(file)]).fetchall()


def check(file: Path, types: dict[str, str]) -> None:
    from dataops.engine.inspection import default_plan, inspect
    from dataops.engine.readers import open_dataset

    inspect(open_dataset(file), default_plan())


def _once(work: Callable[[Path, dict[str, str]], None], file: Path, types: dict[str, str]) -> Run:
    """One run after a tiny one of every type, so that loading code is not part of it."""
    with tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder) / "tiny.csv"
        rows = (
            f"{i},{i / 8},2024-01-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02},x{i}" for i in range(3000)
        )
        tiny.write_text("\n".join(["a,b,c,d", *rows, ""]))
        work(tiny, {"a": "BIGINT", "b": "DOUBLE", "c": "TIMESTAMP", "d": "VARCHAR"})
    began, cpu_began = time.perf_counter(), time.process_time()
    work(file, types)
    return Run(time.perf_counter() - began, time.process_time() - cpu_began, _peak_bytes())


def _peak_bytes() -> int:
    """Most memory of this process. Not getrusage: it starts from what the parent had when it forked."""
    kibibytes = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kibibytes[1]) * 1024 if kibibytes else 0


def main(what: str, file: Path) -> None:
    run = _once({"scan": scan, "check": check}[what], file, json.load(sys.stdin))
    found = {"seconds": run.seconds, "cpu_seconds": run.cpu_seconds, "peak_bytes": run.peak_bytes}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
