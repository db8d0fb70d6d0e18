"""The watch tells of silent parts on its own: no worker, no scheduler, no broker runs here."""

import os
import subprocess
import sys

import pytest

from dataops.web.processes import ROOT
from tests.support.waiting import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.processes

QUESTION = (
    "from alerts.models import Alert, Notification;"
    "print(sorted(Alert.objects.values_list('kind', flat=True)),"
    " sorted(set(Notification.objects.values_list('state', flat=True))))"
)


def test_silent_workers_are_told_of_although_nothing_else_runs(product):
    processes = product()
    watch = subprocess.Popen(
        [sys.executable, "manage.py", "watch", "--pause", "0.3", "--grace", "1"],
        cwd=ROOT,
        env=processes.environ,
    )
    try:
        eventually(
            lambda: "system.worker" in (said := processes.manage("shell", "-c", QUESTION)) and "sent" in said,
            what="an alert about the silent worker, and its message sent",
        )
    finally:
        watch.terminate()
        assert watch.wait(PATIENCE_SECONDS) == os.EX_OK
