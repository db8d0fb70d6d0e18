"""How often rules that a first day proposed fail on later days with which nothing is wrong.

A first day proposes rules as a first upload does, every rule is accepted as it is, and the days after it
are checked by them. ``python -m benchmarks.rule_learning`` tells what such rules find.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.measurement import Measurement
from benchmarks.worlds import WORLDS, World
from dataops.engine.inspection import inspect
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset
from dataops.engine.report import Plan
from dataops.engine.suggest import suggest
from dataops.engine.types import Outcome

FIRST = datetime(2026, 1, 6, 6, tzinfo=UTC)
STARTS, DAYS = 2, 10
BAD_DAYS = {500: None, 8000: 0.05}
"""Few rows do not tell what else may come: of them the figures are told and nothing is promised."""


def measure() -> Iterator[Measurement]:
    """Of each kind of table and size, the share of days that any rule failed on."""
    for name, world in WORLDS.items():
        for rows, bar in BAD_DAYS.items():
            failed: Counter[str] = Counter()
            bad = days = 0
            for start in range(STARTS):
                for rules in _days(world, start, rows):
                    days += 1
                    bad += bool(rules)
                    failed.update(rules)
            often = ", ".join(f"{rule} {times}" for rule, times in failed.most_common(6))
            print(f"  {name:9} {rows:6,} rows: {bad} of {days} days; {often}", flush=True)
            yield Measurement(f"rules of one day, {name}, {rows:,} rows: bad days", bad / days, "", bar)


def _days(world: World, start: int, rows: int) -> Iterator[list[str]]:
    """The rules that failed on each day after the first."""
    draw = np.random.default_rng(start)
    with tempfile.TemporaryDirectory() as folder:

        def file(day: int) -> Path:
            path = Path(folder) / f"{day}.csv"
            world(draw, day, rows).to_csv(path, index=False)
            return path

        first = file(0)
        found = profile(open_dataset(first))
        plan = Plan(tuple(s.spec for s in suggest(open_dataset(first), found, at=FIRST)))
        for day in range(1, DAYS + 1):
            report = inspect(open_dataset(file(day)), plan, found, at=FIRST + timedelta(days=day))
            yield [
                f"{r.check} {r.column}" for r in report.results if r.outcome in (Outcome.FAIL, Outcome.ERROR)
            ]
