"""A table or query of a real PostgreSQL server, read by a session that can only read."""

import uuid

import psycopg
import pytest
from django.core.exceptions import ValidationError

from dataops.web.runs import Trigger
from quality import services
from quality.models import CheckRun, DataSource
from quality.origins.sql import problem_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
API = "/api/v1/data-quality"
ROWS = 500
TABLE = f"""
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders AS
    SELECT i AS id, 'item ' || i % 7 AS item, (i % 40)::numeric(10, 2) AS price,
           DATE '2026-01-01' + i % 28 AS day,
           TIMESTAMPTZ '2026-01-01 06:00+00' + i * INTERVAL '1 hour' AS placed, i % 2 = 0 AS paid,
           NULLIF(i % 10, 0)::smallint AS rating, gen_random_uuid() AS token,
           jsonb_build_object('n', i) AS extra
    FROM generate_series(1, {ROWS}) AS i;
"""


@pytest.fixture(scope="module")
def shop(postgres) -> str:
    """The name of a database with one table."""
    name = f"shop_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres.create_database(name), autocommit=True) as connection:
        connection.execute(TABLE)
    return name


@pytest.fixture
def config(postgres, shop, settings) -> dict[str, object]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]
    return {
        "host": "127.0.0.1",
        "port": postgres.port,
        "database": shop,
        "user": "postgres",
        "password": "hush-hush-4711",
        "sslmode": "prefer",
        "timeout_seconds": 20,
    }


@pytest.fixture
def checked(user, drain):
    """``checked(config)``: the first run of a new source."""

    def go(config: dict[str, object], trigger: str = Trigger.SCHEDULE) -> CheckRun:
        source = DataSource.objects.filter(name="orders").first() or services.create_source(
            name="orders", kind="sql", config=config, by=user("editor"), fetch_retries=0
        )
        run = services.request_run(source, trigger=trigger)
        drain()
        run.refresh_from_db()
        return run

    return go


def test_a_table_is_checked_with_the_types_it_has(config, checked) -> None:
    run = checked(config | {"table": "shop.orders"})
    types = {column.name: str(column.type) for column in services.profile_of(run).columns}

    assert (run.state, run.rows, run.snapshot.file_name) == ("succeeded", ROWS, "shop.orders.parquet")
    assert types == {
        "id": "integer",
        "item": "text",
        "price": "float",
        "day": "date",
        "placed": "datetime",
        "paid": "boolean",
        "rating": "integer",
        "token": "text",
        "extra": "text",
    }
    assert services.profile_of(run).column("rating").missing == ROWS // 10


def test_in_the_database_the_same_is_found_and_nothing_is_kept(config, checked) -> None:
    here = checked(config | {"table": "shop.orders"})
    results = {(r.check_key, r.column): (r.outcome, r.failed) for r in here.results.all()}
    results["rejected_records", ""] = ("no_data", 0)  # rows of a database were all loaded once
    here.source.delete()
    there = checked(config | {"table": "shop.orders", "place": "database"})

    assert (there.state, there.rows, there.snapshot) == ("succeeded", ROWS, None)
    assert not DataSource.objects.get().snapshots.exists()
    assert {(r.check_key, r.column): (r.outcome, r.failed) for r in there.results.all()} == results
    assert there.score == pytest.approx(here.score)
    assert checked(config).baseline == there


@pytest.fixture
def items(request, config, user, uploaded, drain, postgres):
    """A source called items with six of the seven items, kept as the parameter says."""
    if request.param == "file":
        return uploaded(b"item\n" + b"".join(b"item %d\n" % i for i in range(6)), source_name="items").source
    query = "SELECT 'item ' || i AS item FROM generate_series(0, 5) AS i"
    other = config | {"query": query}
    if request.param == "another database":
        other |= {"place": "database", "database": f"items_{uuid.uuid4().hex[:8]}"}
        postgres.create_database(other["database"])
    source = services.create_source(name="items", kind="sql", config=other, by=user("editor"))
    services.request_run(source)
    drain()
    return source


@pytest.mark.parametrize(
    "items", ["file", "copied from the same database", "another database"], indirect=True
)
def test_rows_in_the_database_are_held_against_another_source(config, items, api, client_as, drain) -> None:
    client = api("editor")
    made = {"name": "orders", "kind": "sql", "config": config | {"table": "shop.orders", "place": "database"}}
    source = client.post(f"{API}/sources", made, format="json").json()["id"]
    rule = {"check": "foreign_key", "column": "item", "params": {"source": "items"}}
    assert client.post(f"{API}/sources/{source}/rules", rule, format="json").status_code == 201
    started = client.post(f"{API}/sources/{source}/check").json()
    drain()

    run = client.get(started["url"]).json()
    (found,) = [result for result in run["results"] if result["check"] == "foreign_key"]
    assert (found["outcome"], found["evaluated"], found["failed"]) == ("fail", ROWS, 71)
    assert found["message"] == "71 of 500 (14.2 %) values are not in item of items"
    rows = client.get(f"{API}/checks/{run['id']}/failing-rows", {"result": found["id"]}).json()
    assert rows["count"] == 71
    assert {row["cells"]["item"] for row in rows["results"]} == {"item 6"}
    page = client_as("viewer").get(f"/quality/runs/{run['id']}/").content.decode()
    assert "are not in item of items" in page


def test_a_table_in_the_database_that_is_gone_fails_the_run(config, checked) -> None:
    run = checked(config | {"table": "shop.nothing", "place": "database"})

    assert (run.state, run.error_code) == ("failed", "fetch_failed")


def test_equal_rows_in_order_are_unchanged_for_the_schedule(config, checked) -> None:
    query = config | {"query": "SELECT id, item FROM shop.orders WHERE id <= 100 ORDER BY id -- the first"}
    first, second = checked(query), checked(query)

    assert (first.rows, second.unchanged_from) == (100, first)


def test_a_query_cannot_write_even_through_a_function(config, checked, postgres, shop) -> None:
    with psycopg.connect(postgres.url_of(shop), autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION shop.wipe() RETURNS int LANGUAGE sql"
            " AS 'DELETE FROM shop.orders; SELECT 1'"
        )
    run = checked(config | {"query": "SELECT shop.wipe()"})

    assert run.state == "failed"
    assert "read-only transaction" in run.error
    with psycopg.connect(postgres.url_of(shop)) as connection:
        assert connection.execute("SELECT count(*) FROM shop.orders").fetchone() == (ROWS,)


def test_a_statement_that_takes_too_long_is_stopped(config, checked) -> None:
    run = checked(config | {"query": "SELECT pg_sleep(30)", "timeout_seconds": 1})

    assert "stopped the statement after 1 s" in run.error


def test_more_rows_than_allowed_are_refused(config, checked, settings) -> None:
    settings.MAX_FETCH_ROWS = 100

    assert "more than 100 rows" in checked(config | {"table": "shop.orders"}).error


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": "shop.nothing"}, 'relation "shop.nothing" does not exist'),
        ({"table": "shop.orders", "database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"table": "shop.orders", "port": 1}, "refused"),
        ({"table": 'orders"; DROP TABLE shop.orders; --'}, "does not exist"),
        ({"query": "SELECT 1 AS a, 2 AS a"}, "same name"),
        ({"query": "SELECT id FROM shop.orders WHERE false"}, "no rows"),
        ({}, "either a table or a query"),
    ],
)
def test_what_goes_wrong_is_said_without_the_password(config, checked, change, said) -> None:
    run = checked(config | change)

    assert said in run.error
    assert "hush" not in run.error


def test_a_server_inside_the_network_is_refused_unless_allowed(config, checked, settings) -> None:
    shop = config | {"table": "shop.orders"}
    assert checked(shop).error == ""
    settings.OUTBOUND_ALLOW = []

    assert "not a public address" in checked(shop).error


def test_a_look_says_what_is_there(config, user) -> None:
    source = services.create_source(
        name="orders", kind="sql", config=config | {"table": "shop.orders"}, by=user("editor")
    )

    assert services.look_at(source).endswith("answered: 9 columns.")


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM x",
        "SELECT 1; DROP TABLE x",
        "WITH gone AS (DELETE FROM x RETURNING *) SELECT * FROM gone",
        "SELECT * INTO y FROM x",
        "SELECT * FROM x FOR UPDATE",
        "COPY x TO '/tmp/x'",
        "SET ROLE postgres",
        "CALL p()",
        "SELECT (",
    ],
)
def test_a_query_that_is_not_one_reading_statement_is_refused_at_once(config, user, query) -> None:
    with pytest.raises(ValidationError):
        services.create_source(name="orders", kind="sql", config=config | {"query": query}, by=user("editor"))


@pytest.mark.parametrize(
    "query", ["SELECT 1", "WITH a AS (SELECT 1 AS x) SELECT * FROM a", "SELECT 1 UNION ALL SELECT 2"]
)
def test_reading_is_allowed(query) -> None:
    assert problem_of(query) == ""
