"""Eight processes write into one SQLite file at once: they wait for each other, and none is told "locked"."""

import shutil
import subprocess
import sys

import pytest

from tests.support.processes import environment, migrated_home

pytestmark = pytest.mark.processes
WRITERS, EACH = 8, 15


def test_eight_writers_wait_for_each_other(tmp_path):
    shutil.copytree(migrated_home(), tmp_path, dirs_exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.writers", str(WRITERS), str(EACH)],
        env=environment(tmp_path, 0, {"LOG_LEVEL": "ERROR", "CELERY_BROKER_URL": "memory://"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.split(), done.returncode) == ([str(WRITERS * EACH)], 0), done.stderr
