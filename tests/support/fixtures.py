"""The servers as fixtures. A part that cannot be had skips its tests, and the end of the run names them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import missing
from tests.support.browser import chromium
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.processes import Processes, prepared_processes
from tests.support.redis import RedisServer, redis_server
from tests.support.smtp import SmtpSink, smtp_sink
from tests.support.spark import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytest_terminal_summary = missing.pytest_terminal_summary


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run; ``postgres.create_database(name)`` gives a DATABASE_URL."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(postgres_server())
        except missing.MissingError as fault:
            missing.skip(fault)


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    """A Spark session on a cluster of processes, for the whole run."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(spark_session())
        except missing.MissingError as fault:
            missing.skip(fault)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis server of the test's own, to be killed, restarted and frozen at will."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(redis_server())
        except missing.MissingError as fault:
            missing.skip(fault)


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    """An SMTP server that keeps what it is sent."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Callable[..., Processes]]:
    """``product(DATABASE_URL=..., REDIS_URL=...)``: the product's processes, prepared and not yet started."""
    with ExitStack() as stack:
        yield lambda **environ: stack.enter_context(prepared_processes(tmp_path, environ))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser to drive."""
    try:
        return chromium()
    except missing.MissingError as fault:
        missing.skip(fault)
