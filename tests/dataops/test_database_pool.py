"""Threads share the connections of a pool, where there is one."""

import subprocess
import sys

import pytest

from dataops.web.processes import ROOT
from tests.support import missing
from tests.support.postgres import postgres_server
from tests.support.processes import environment

PROGRAM = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
def ask(_):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.1)")
        pid = cursor.fetchone()[0]
    connection.close()
    return pid
with ThreadPoolExecutor(8) as threads:
    print(len(set(threads.map(ask, range(24)))))
connection.close_pool()
"""


@pytest.mark.postgres
@pytest.mark.processes
def test_eight_threads_use_as_many_connections_as_the_pool_has(tmp_path):
    try:
        with postgres_server() as server:
            url = server.create_database("pooled")
            environ = environment(tmp_path, 8000, {"DATABASE_URL": url, "DATABASE_POOL_SIZE": "2"})
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environ, capture_output=True, check=True
            )
    except missing.MissingError as fault:
        missing.skip(fault)

    assert done.stdout.strip() in (b"1", b"2")
