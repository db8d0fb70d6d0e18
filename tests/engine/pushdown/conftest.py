"""The databases, each as a function that takes a table in."""

import psycopg
import pytest

from tests.engine.pushdown.places import in_duckdb, in_postgres, in_spark


@pytest.fixture(scope="module")
def postgres_place(postgres, request):
    name = request.module.__name__.rpartition(".")[2]
    with psycopg.connect(postgres.create_database(name)) as connection:
        connection.execute("SET TIME ZONE 'Asia/Tokyo'")
        connection.commit()
        yield in_postgres(connection)


@pytest.fixture(scope="module")
def spark_place(spark):
    return in_spark(spark)


@pytest.fixture
def duckdb_place():
    return in_duckdb


@pytest.fixture(
    params=[
        "duckdb",
        *(pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "spark")),
    ]
)
def place(request):
    return request.getfixturevalue(f"{request.param}_place")
