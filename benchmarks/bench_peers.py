"""A full check against the nearest thing that other tools do, on a million rows of 20 columns.

Each peer lives in an environment of its own under ``.venv/peers``, made on first use with the versions of
``benchmarks/peers/*.txt`` (2.5 GB together). Peers and we take turns in one run. A peer that cannot be
installed here is named and left out; one that takes longer than the patience counts with that.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import bench_check, files
from benchmarks.measurement import Measurement

HERE = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(sys.prefix) / "peers"
RUNS = 3
PATIENCE_SECONDS = 300.0
PROMISED = 0.1


def measure() -> Iterator[Measurement]:
    peers = {name: python for name in _names() if (python := environment(name, HERE / f"{name}.txt"))}
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    labels: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = files.synthetic(Path(folder))
        for _ in range(RUNS):
            ours.append(bench_check.run("check", file, {}).seconds)
            for name, python in peers.items():
                seconds, labels[name] = _once(name, python, file)
                theirs[name].append(seconds)
    yield Measurement(f"Full check of {files.ROWS:,} x 20", median(ours), "s")
    for name, seconds in theirs.items():
        yield Measurement(f"{labels[name]}, the nearest it does", median(seconds), "s")
        ratio = median(a / b for a, b in zip(ours, seconds, strict=True))
        yield Measurement(f"  check / {name}, median of rounds", ratio, "x", bar=PROMISED)


def _names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.txt"))


def environment(name: str, packages: Path) -> Path | None:
    """The interpreter of a peer's environment, installed when it is missing; None when that fails."""
    place = ENVIRONMENTS / name
    python, mark = place / "bin" / "python", place / "installed"
    if mark.exists():
        return python
    print(f"installing {name} into {place} ...", flush=True)
    install = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--requirement"]
    try:
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([*install, packages], check=True)
    except subprocess.CalledProcessError as error:
        print(f"NOT COMPARED with {name}: it could not be installed ({error})")
        return None
    mark.touch()
    return python


def _once(name: str, python: Path, file: Path) -> tuple[float, str]:
    """Seconds of one run, and the peer's name with its version."""
    command = [python, HERE / "once.py", name, file]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return PATIENCE_SECONDS, f"{name} (stopped)"
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{name} broke:\n{error.stderr[-2000:]}") from error
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], f"{name} {found['version']}"
