"""The full storm, on both infrastructures, and a table with the bars: `make faults`, about an hour.

``python -m tests.faults embedded`` is one of them.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults.storm import FULL, Verdict, storm
from tests.support.missing import MissingError

INFRASTRUCTURES = ("embedded", "servers")
Line = tuple[str, str, str, bool]
JOBS_BAR_SECONDS, DATABASE_BAR_SECONDS, PAGE_BAR_SECONDS = 180, 5, 0.5


def main(infrastructures: list[str]) -> int:
    """1 when a bar was missed."""
    missed = 0
    for infrastructure in infrastructures:
        with tempfile.TemporaryDirectory(prefix="dataops-storm-") as home:
            try:
                verdict = storm(Path(home), infrastructure, FULL)
            except MissingError as fault:
                print(f"NOT RUN: {infrastructure} needs {fault}")
                continue
        _tell(infrastructure, verdict)
        missed += sum(not kept for *_, kept in lines(verdict))
    return min(missed, 1)


def lines(verdict: Verdict) -> Iterator[Line]:
    """What was measured: its name, the figure, the bar, and whether it was kept."""
    yield _counted("Promises broken (runs, results, history, episodes, messages, leases)", verdict.broken)
    yield _counted("Messages taken twice after a clear answer that could be noted", verdict.doubled)
    yield _counted("Uploads refused", verdict.refused)
    yield _timed("Last job done after the last fault", verdict.jobs_seconds, JOBS_BAR_SECONDS)
    for during, seconds in verdict.p95.items():
        yield _timed(f"Page p95, {during}", seconds, PAGE_BAR_SECONDS)
    if verdict.database_errors_seconds:
        worst = max(verdict.database_errors_seconds)
        yield _timed("Last page that failed after the database was back", worst, DATABASE_BAR_SECONDS)


def _counted(name: str, what: list[str]) -> Line:
    return name, str(len(what)), "0", not what


def _timed(name: str, seconds: float | None, bar: float) -> Line:
    if seconds is None:
        return name, "not in time", f"{bar:g} s", False
    return name, f"{seconds:.2f} s", f"{bar:g} s", seconds <= bar


def _tell(infrastructure: str, verdict: Verdict) -> None:
    faults = ", ".join(f"{count} x {fault}" for fault, count in sorted(verdict.faults.items()))
    receivers = ", ".join(f"{count} x {way}" for way, count in sorted(verdict.receivers.items()))
    print(f"\n{infrastructure}: {verdict.uploads} uploads, {verdict.messages} messages")
    print(f"faults: {faults}\nreceivers: {receivers}")
    print(f"last message done {verdict.messages_seconds} s after the last fault")
    for name, figure, bar, kept in lines(verdict):
        print(f"{name:<72} {figure:>12}  bar {bar:>6}  {'' if kept else 'MISSED'}")
    for sentence in (*verdict.broken, *verdict.doubled, *verdict.refused):
        print(f"  {sentence}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(INFRASTRUCTURES)))
