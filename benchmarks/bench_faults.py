"""10,000 alerts to receivers that fail in every way, by a dispatcher that is killed again and again."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement
from tests.alerts.faults import campaign

EVENTS, KILLS = 10_000, 40


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="dataops-faults-") as home:
        verdict = campaign(Path(home), events=EVENTS, kills=KILLS)
    named = ", ".join(f"{count} {way}" for way, count in sorted(verdict.faults.items()))
    print(f"{verdict.kills} kills; faults drawn: {named}; {verdict.repeated} messages taken more than once")
    yield Measurement(f"Alerts lost of {EVENTS:,}", len(verdict.lost), "", 0)
    yield Measurement("Messages not sent at the end", verdict.unfinished, "", 0)
    yield Measurement("Messages doubled after a clear answer", len(verdict.doubled), "", 0)
    yield Measurement("Messages under an id that is not in the log", len(verdict.strangers), "", 0)
    yield Measurement("Time of all", verdict.seconds, "s")
