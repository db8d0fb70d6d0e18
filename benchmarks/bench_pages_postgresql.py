"""The pages as in ``bench_pages``, with the large sample on PostgreSQL."""

from collections.abc import Iterator

from benchmarks import bench_pages
from benchmarks.installation import DATABASE
from benchmarks.measurement import Measurement
from tests.support.postgres import postgres_server


def measure() -> Iterator[Measurement]:
    with postgres_server() as server:
        yield from bench_pages.measure({DATABASE: server.create_database("pages")})
