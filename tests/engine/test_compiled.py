"""Machine code that is kept from one process to the next."""

import subprocess
import sys

import pytest

LOOP = """
import numpy as np
from dataops.engine.compiled import compiled

@compiled
def total(numbers):
    found = 0
    for number in numbers:
        found += number
    return found

print(total(np.arange(5)))
"""


def run(script, **environment) -> str:
    done = subprocess.run(
        [sys.executable, script], env=environment | {"PYTHONPATH": "."}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("kept", ["*.nbi", "*.nbc"])
def test_damaged_code_is_made_again(tmp_path, kept):
    script = tmp_path / "loop.py"
    script.write_text(LOOP)
    assert run(script) == "10"
    (found,) = (tmp_path / "__pycache__").glob(kept)
    found.write_bytes(b"garbage")

    assert run(script) == "10"
    assert found.read_bytes() != b"garbage"


def test_code_that_cannot_be_kept_is_made_each_time(tmp_path):
    script = tmp_path / "loop.py"
    script.write_text(LOOP)

    assert run(script, NUMBA_CACHE_DIR="/proc/nowhere") == "10"
