"""An installation with the sample data on a real SQLite file, for benchmarks inside this process.

Where BENCH_DATABASE_URL names an empty PostgreSQL database, it is there instead.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from dataops.web.processes import ROOT
from tests.support.processes import environment

DATABASE = "BENCH_DATABASE_URL"


@cache
def client() -> Any:
    """A signed-in browser of the admin, without a network: Django's test client."""
    _prepare()
    from django.contrib.auth import get_user_model
    from django.test import Client

    browser = Client(headers={"Host": "localhost"})
    browser.force_login(_admin(get_user_model()), backend="dataops.web.locale.PeopleBackend")
    return browser


@cache
def script() -> Any:
    """A script of the admin with a token, without a network."""
    _prepare()
    from django.contrib.auth import get_user_model
    from django.test import Client

    from dataops.web import tokens

    _, text = tokens.issue(user=_admin(get_user_model()), name="benchmark")
    return Client(headers={"Host": "localhost", "Authorization": f"Token {text}"})


def _admin(users: Any) -> Any:
    return users._default_manager.get(username="admin")


@cache
def _prepare() -> None:
    home = tempfile.mkdtemp(prefix="dataops-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    own = {"CELERY_BROKER_URL": "memory://", "DATAOPS_SAMPLE_DATA": "1", "EMAIL_URL": "dummymail://"}
    elsewhere = {"DATABASE_URL": os.environ[DATABASE]} if DATABASE in os.environ else {}
    os.environ |= environment(Path(home), 8000, own | elsewhere | {"LOG_LEVEL": "ERROR"})
    os.environ["DJANGO_SETTINGS_MODULE"] = "dataops.settings"
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
