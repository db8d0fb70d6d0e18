"""Work in a process that can be lost: it knows no secret, keeps within its bounds and outlives nobody."""

import os
import subprocess
import sys

import pytest

from dataops.engine.errors import Cancelled, InvalidParameter
from dataops.web import apart
from dataops.web.apart import TookTooMuch, carry_out
from dataops.web.processes import ROOT
from dataops.web.runs import WorthAnotherTry
from tests.support import apart_jobs
from tests.support.proc import command_line, descendants, is_alive
from tests.support.waiting import eventually


def test_it_is_started_without_the_secrets_of_the_product(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:hush@db/dataops")
    found = carry_out(apart_jobs.surroundings, host=apart.Host(idle_seconds=1))

    assert "hush" not in " ".join(found.values())
    assert not {"DATAOPS_HOME", "DJANGO_SETTINGS_MODULE"} & found.keys()
    assert found["modules"] == ""


def test_each_job_has_a_process_of_its_own():
    assert carry_out(apart_jobs.surroundings)["pid"] != carry_out(apart_jobs.surroundings)["pid"]


def test_what_it_refuses_is_refused_here():
    with pytest.raises(InvalidParameter, match="limit must be positive") as refused:
        carry_out(apart_jobs.refuse)
    assert refused.value.parameter == "limit"


def test_a_source_that_is_not_there_is_no_reference():
    with pytest.raises(apart.BrokenJob, match="LookupError: no other source is at hand"):
        carry_out(apart_jobs.ask, name="lands")


def test_too_much_memory_is_told_with_what_to_do(settings):
    settings.CHECK_MEMORY_BYTES = 64 * 1024**2
    assert carry_out(apart_jobs.take_memory, size=16 * 1024**2) == 16 * 1024**2

    with pytest.raises(TookTooMuch, match=r"needs more than 64 MB.*DATAOPS_CHECK_MEMORY_BYTES") as told:
        carry_out(apart_jobs.take_memory, size=128 * 1024**2)
    assert told.value.code == "memory_limit"


@pytest.mark.parametrize(
    ("bound", "code"), [("CHECK_CPU_SECONDS", "cpu_limit"), ("RUN_TIME_LIMIT_SECONDS", "time_limit")]
)
def test_too_much_time_is_told(settings, bound, code):
    setattr(settings, bound, 1)
    with pytest.raises(TookTooMuch, match="was stopped") as told:
        carry_out(apart_jobs.never_end, stage="thinking")
    assert told.value.code == code


def test_a_crash_is_worth_another_try():
    with pytest.raises(WorthAnotherTry, match=r"SIGSEGV.*for want of memory"):
        carry_out(apart_jobs.crash)


def test_a_cancel_is_noticed_while_it_tells_nothing_and_ends_its_process():
    heard = []

    def cancel(fraction, stage):
        heard.append((fraction, stage))
        if heard.count((0.5, "thinking")) == 2:
            raise Cancelled("by a user")

    with pytest.raises(Cancelled):
        carry_out(apart_jobs.never_end, stage="thinking", progress=cancel)
    assert eventually(lambda: not jobs())


def jobs() -> list[int]:
    """The children of our hosts."""
    hosts = [pid for pid in descendants(os.getpid()) if "apart.host" in command_line(pid)]
    return [pid for host in hosts for pid in descendants(host)]


WORKER = """
import django
django.setup()
from dataops.web.apart import LOOKING, carry_out
from tests.support.apart_jobs import never_end
carry_out(never_end, stage="thinking", host=LOOKING, progress=lambda *told: print(*told, flush=True))
"""


@pytest.mark.processes
def test_it_dies_with_a_worker_that_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        while "thinking" not in worker.stdout.readline():
            assert worker.poll() is None
        host, job = descendants(worker.pid)
        worker.kill()
    eventually(lambda: not is_alive(host) and not is_alive(job))
