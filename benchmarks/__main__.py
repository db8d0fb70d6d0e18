"""Runs the benchmarks named on the command line, or all, and prints a table; fails when a bar was missed."""

import os
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.measurement import Measurement


def main(names: list[str]) -> int:
    measurements = list(_measure(names or _all_names()))
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n")
    for each in measurements:
        bar = "" if each.bar is None else f"bar {each.bar:g}"
        print(f"{each.name:<60} {each.value:>9.2f} {each.unit:<6} {bar:<10} {each.verdict}")
    return 1 if any(each.verdict == "MISSED" for each in measurements) else 0


def _all_names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def _measure(names: list[str]) -> Iterator[Measurement]:
    for name in names:
        print(f"measuring {name} ...", flush=True)
        yield from import_module(f"benchmarks.bench_{name}").measure()


if __name__ == "__main__":
    # An ordinary exit, so that the servers a benchmark started end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
