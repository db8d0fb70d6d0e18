"""Runs the benchmarks named on the command line, or all, and prints a table; fails when a bar was missed."""

import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.measurement import Measurement, tell


def main(names: list[str]) -> int:
    return tell(_measure(names or _all_names()))


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
