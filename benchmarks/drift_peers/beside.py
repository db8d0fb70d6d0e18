"""Windows written down for the peers, and what they call drifted in them."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks import bench_estimates, bench_peers

HERE = Path(__file__).parent
PACKAGES = {
    "evidently": bench_peers.HERE / "evidently.txt",
    "nannyml": bench_estimates.HERE / "nannyml.txt",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One window and its reference; ``ours`` are the columns that we call drifted.

    ``chunks`` is a reference of at least ten windows, for who learns its limits from as many.
    ``line`` is the line of the table it counts for, ``column`` the one that was changed, empty when none was.
    """

    line: str
    reference: pd.DataFrame
    current: pd.DataFrame
    chunks: pd.DataFrame
    ours: Sequence[str]
    column: str = ""

    def found(self, columns: Sequence[str]) -> bool:
        """Whether the changed column is among these, or any where none was changed."""
        return self.column in columns if self.column else bool(columns)


def judged(trials: Sequence[Trial]) -> dict[str, list[bool]]:
    """Of each peer that can be installed, and of us, whether each trial is found; the peers with versions."""
    found = {"ours": [trial.found(trial.ours) for trial in trials]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, trial in enumerate(trials):
            trial.reference.to_parquet(folder / f"{number:04}-reference.parquet", index=False)
            trial.chunks.to_parquet(folder / f"{number:04}-chunks.parquet", index=False)
            trial.current.to_parquet(folder / f"{number:04}-current.parquet", index=False)
        for peer, packages in PACKAGES.items():
            if python := bench_peers.environment(peer, packages):
                told = _asked(python, peer, folder)
                columns = [told["columns"][f"{number:04}"] for number in range(len(trials))]
                pairs = zip(trials, columns, strict=True)
                found[f"{peer} {told['version']}"] = [trial.found(names) for trial, names in pairs]
    return found


def _asked(python: Path, peer: str, folder: Path) -> Mapping:
    quiet = os.environ | {"NML_DISABLE_USAGE_LOGGING": "1", "DO_NOT_TRACK": "1"}
    command = [python, HERE / "once.py", peer, folder]
    done = subprocess.run(command, capture_output=True, text=True, env=quiet)
    if done.returncode:
        raise RuntimeError(f"{peer} broke:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
