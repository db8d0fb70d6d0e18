"""What every process of an installation, and every command, has to wait for."""

import subprocess
import sys
from pathlib import Path

from tests.support.processes import environment

ROOT = Path(__file__).parents[2]
LATE = ("IPython", "numba", "onnxruntime", "pandas", "scipy.optimize", "scipy.stats", "skl2onnx", "sklearn")
PROGRAM = f"""
import sys, django
django.setup()
import dataops.urls
print(*(name for name in {LATE} if name in sys.modules))
"""


def test_a_start_imports_nothing_heavy_that_few_processes_need(tmp_path):
    started = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment(tmp_path, 8000, {}),
        capture_output=True,
        text=True,
        check=True,
    )

    assert started.stdout.split() == []
