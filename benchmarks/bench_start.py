"""How long a person waits for `make run` once the packages are installed, and for Ctrl-C."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement
from dataops.web.probe import answers
from dataops.web.processes import ROOT
from tests.support.ports import free_port
from tests.support.processes import environment

GIVE_UP_SECONDS = 300


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first_start, _ = _start_and_stop(home)
        second_start, stop = _start_and_stop(home)
    yield Measurement("First start, sample data loaded, to GET /healthz 200", first_start, "s", bar=120)
    yield Measurement("Second start to GET /healthz 200", second_start, "s", bar=10)
    yield Measurement("SIGTERM to the end of every process", stop, "s", bar=10)


def _start_and_stop(home: Path) -> tuple[float, float]:
    """Seconds to the first answer, and from SIGTERM to the end."""
    port = free_port()
    environ = environment(home, port, {"DATAOPS_SAMPLE_DATA": "1"})
    began = time.monotonic()
    with (home / "output").open("ab") as output:
        process = subprocess.Popen([sys.executable, "-m", "dataops"], cwd=ROOT, env=environ, stdout=output)
    try:
        while not answers("127.0.0.1", port):
            if process.poll() is not None or time.monotonic() - began > GIVE_UP_SECONDS:
                raise RuntimeError(f"did not start:\n{(home / 'output').read_text()}")
            time.sleep(0.05)
        answered = time.monotonic()
        time.sleep(5)  # let the workers come up too: stopping them is part of the promise
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        return answered - began, time.monotonic() - asked
    finally:
        process.kill()
