"""Parts that a machine may lack: their tests are skipped, and named at the end of the run.

``python -m tests.support.missing`` names them once more after several runs.
"""

from collections import defaultdict
from pathlib import Path
from typing import NoReturn

import pytest

MARK = "not to be had here: "
LIST = Path("test-results/not-run.txt")


class MissingError(Exception):
    """A server or program the tests need is not on this machine; the message says which and why."""


def skip(fault: MissingError) -> NoReturn:
    """Skip the running test, so that the report at the end names it."""
    pytest.skip(f"{MARK}{fault}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    not_run: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MARK in reason:
            not_run[reason.partition(MARK)[2]].append(report.nodeid)
    for part, tests in sorted(not_run.items()):
        terminalreporter.section(f"NOT RUN: {len(tests)} tests need {part}", yellow=True)
        for test in tests:
            terminalreporter.line(test)
        note(f"{len(tests)} tests need {part}: {', '.join(tests)}")


def note(what: str) -> None:
    """Remember what was not run, for the summary after all runs."""
    LIST.parent.mkdir(exist_ok=True)
    with LIST.open("a") as file:
        file.write(f"{what}\n")


if __name__ == "__main__":
    if LIST.exists():
        print(f"\nNOT RUN on this machine:\n{LIST.read_text()}")
    else:
        print("\nNo server, no browser was missing: nothing was left out.")
