"""What would be unsafe where others reach it does not start, and what is said to be safe is."""

import os
import secrets
import subprocess
import sys

import pytest

from dataops.web.processes import ROOT

SAFE = {
    "DATAOPS_HTTPS": "1",
    "ALLOWED_HOSTS": "dataops.example.com",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DATABASE_URL": "postgres://dataops@db/dataops",
    "REDIS_URL": "redis://broker",
    "EMAIL_URL": "smtp://mail",
}
UNSAFE = {
    "dataops.E001": {"DATAOPS_SECRETS_KEYS": "short"},
    "dataops.E003": {"DATAOPS_DEBUG": "1"},
    "dataops.E004": {"SECRET_KEY": "change-me"},
    "dataops.E005": {"ALLOWED_HOSTS": "*"},
    "dataops.E006": {"DATAOPS_SECOND_FACTOR_ROLES": "boss"},
}


def manage(home, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATAOPS_HOME": str(home), **SAFE, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_safe_deployment_has_nothing_to_say(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", UNSAFE)
def test_an_unsafe_one_does_not_start(tmp_path, number):
    done = manage(tmp_path, "prepare", **UNSAFE[number])

    assert done.returncode == 1
    assert number in done.stderr
    assert "HINT" in done.stderr
