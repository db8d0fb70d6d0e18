"""A table that grows: each run looks at what is new, and all parts together are the table."""

import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.urls import reverse

from dataops.engine.checks import CHECKS
from dataops.engine.checks.row_count import RowCount
from dataops.web import runs
from dataops.web.runs import Trigger
from quality import services
from quality.models import CheckRun, DataSource
from quality.origins import FetchError

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SOURCES = "/api/v1/data-quality/sources"


class Shop:
    """A database with one table; rows are added as (day of January, first id, number of rows)."""

    def __init__(self, postgres, name: str) -> None:
        self.name, self.port = name, postgres.port
        self.connection = psycopg.connect(postgres.create_database(name), autocommit=True)
        self.sql("CREATE TABLE visits (id int, day date, price float, name text)")

    def sql(self, statement: str) -> None:
        self.connection.execute(statement.encode())

    def add(self, day: int, first: int, rows: int = 100) -> None:
        self.sql(
            f"INSERT INTO visits SELECT i, '2026-01-{day:02}', i % 10, 'v' || i % 5"
            f" FROM generate_series({first}, {first + rows - 1}) AS i"
        )


@pytest.fixture
def shop(postgres, settings) -> Iterator[Shop]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]
    shop = Shop(postgres, f"grows_{uuid.uuid4().hex[:8]}")
    yield shop
    shop.connection.close()


@pytest.fixture
def source(shop, user) -> DataSource:
    config = {
        "host": "127.0.0.1",
        "port": shop.port,
        "database": shop.name,
        "user": "postgres",
        "password": "hush",
        "table": "visits",
        "place": "database",
        "grows_by": "day",
    }
    return services.create_source(
        name="visits", kind="sql", config=config, by=user("editor"), fetch_retries=0
    )


@pytest.fixture
def run_of(source, drain) -> Callable[[], CheckRun]:
    def go() -> CheckRun:
        run = services.request_run(source, trigger=Trigger.SCHEDULE)
        drain()
        run.refresh_from_db()
        source.refresh_from_db()
        return run

    return go


def part(run: CheckRun) -> tuple[object, ...]:
    return run.rows, run.increment["after"], run.increment["upto"], run.increment["rows_so_far"]


def test_each_run_looks_at_what_is_new_and_the_parts_are_the_whole(shop, run_of) -> None:
    shop.add(1, 1)
    shop.add(2, 101)
    first = run_of()
    shop.add(3, 201, 50)
    shop.add(4, 251, 50)
    second = run_of()

    assert part(first) == (200, None, "2026-01-02", 200)
    assert part(second) == (100, "2026-01-02", "2026-01-04", 300)
    assert services.profile_of(second).column("id").minimum == 201
    whole = services.whole_profile_of(second)
    assert (whole.rows, whole.column("id").minimum, whole.column("id").maximum) == (300, 1, 300)
    assert dict(whole.column("name").frequent.values) == {f"v{i}": 60 for i in range(5)}
    assert (whole.column("name").exact, whole.duplicate_rows_error) == (True, 0)
    assert whole.column("id").margins.distinct > 0


def test_others_are_held_against_all_rows_where_they_stay(shop, source, run_of, uploaded, user) -> None:
    known = services.create_source(name="tickets", by=user("editor"))
    params = {"source": "visits", "column": "id"}
    services.add_check(known, kind="foreign_key", column="visit", params=params, by=user("editor"))
    pair = {"columns": ["visit", "seat"]}
    services.add_check(known, kind="unique_together", params=pair, by=user("editor"))
    tickets = "visit,seat\n" + "".join(f"{i},s\n" for i in (1, 100, 101, 200, 999))

    def told(run: CheckRun) -> tuple[str, int, str]:
        result = run.results.get(check_key="foreign_key")
        return result.outcome, result.failed, result.message

    found = told(uploaded(tickets.encode(), source_name="tickets"))
    assert found[2].startswith("'visits' has no profile yet")
    for day, first in ((1, 1), (2, 101)):
        shop.add(day, first)
        run_of()
    found = told(uploaded(tickets.replace(",s\n", ",t\n").encode(), source_name="tickets"))
    assert found == ("fail", 1, "1 of 5 (20 %) values are not in id of visits")
    shop.sql("ALTER TABLE visits RENAME TO gone")
    run = uploaded(tickets.replace(",s\n", ",u\n").encode(), source_name="tickets")
    assert "the rows of 'visits' cannot be copied: PostgreSQL" in told(run)[2]
    assert run.results.get(check_key="unique_together").outcome == "pass"


def test_the_first_run_of_all_rows_is_no_measure_for_the_number_of_new_ones(shop, run_of) -> None:
    shop.add(1, 1, 1000)
    first = run_of()
    shop.add(2, 2000, 20)
    second = run_of()
    shop.add(3, 3000, 60)
    third = run_of()

    assert second.results.get(check_key="row_count").outcome == "pass"
    assert third.results.get(check_key="row_count").message == "60 rows; expected 10 to 30"
    repeats = third.results.get(check_key="duplicates").message
    assert repeats.endswith("an earlier row of this part; what repeats across parts is not seen")
    assert first.results.get(check_key="duplicates").message.endswith("rows repeat an earlier row")


def test_no_new_rows_leave_the_source_as_it_stood_and_freshness_is_judged(shop, source, run_of, user) -> None:
    shop.add(1, 1)
    first = run_of()
    idle = run_of()
    outcomes = dict(idle.results.values_list("check_key", "outcome"))

    assert (idle.state, idle.score, idle.accepted, part(idle)) == (
        "succeeded",
        None,
        False,
        (0, "2026-01-01", None, 100),
    )
    assert outcomes.pop("schema_drift") == "pass"
    assert set(outcomes.values()) == {"no_data"}
    assert (source.newest_run, source.state) == (first, "healthy")

    services.add_check(source, kind="freshness", column="day", by=user("editor"))
    stale = run_of()
    assert stale.results.get(check_key="freshness").outcome == "fail"
    assert (source.newest_run, source.state) == (first, "degraded")
    shop.add(2, 101)
    assert run_of().baseline == first


def test_an_empty_table_is_no_error_and_its_first_rows_are_found(shop, source, run_of) -> None:
    empty = run_of()
    shop.add(1, 1)

    assert (empty.state, empty.rows, empty.increment["upto"]) == ("succeeded", 0, None)
    assert part(run_of()) == (100, None, "2026-01-01", 100)


def test_rows_that_come_at_the_mark_are_neither_lost_nor_counted_twice(shop, run_of) -> None:
    shop.add(1, 1)
    run_of()
    shop.add(2, 101)
    run_of()
    shop.add(2, 201, 7)
    shop.add(3, 301, 13)
    third = run_of()

    assert part(third) == (120, "2026-01-01", "2026-01-03", 220)
    assert "7 rows came with day 2026-01-02" in " ".join(third.notes)
    assert services.whole_profile_of(third).column("id").maximum == 313
    shop.add(4, 401, 5)
    assert part(run_of()) == (5, "2026-01-03", "2026-01-04", 225)


def test_rows_of_a_day_that_is_not_over_can_wait(shop, source, run_of) -> None:
    services.connect_source(source, config=source.config | {"newest": "wait"}, by=None)
    shop.add(1, 1)
    shop.add(2, 101)
    assert part(run_of()) == (100, None, "2026-01-01", 100)

    shop.add(2, 201)
    shop.add(3, 301)
    assert part(run_of()) == (200, "2026-01-01", "2026-01-02", 300)


def test_late_lost_and_nameless_rows_are_told_and_reading_all_again_takes_them_in(
    shop, source, run_of, api
) -> None:
    shop.add(5, 1)
    run_of()
    shop.add(3, 201, 12)
    shop.add(6, 301)
    shop.sql("INSERT INTO visits VALUES (1, NULL, 1, 'x')")
    late = run_of()
    assert (late.increment["late"], late.increment["without"], late.rows) == (12, 1, 100)
    assert "12 rows came late" in late.notes[0]
    assert "1 rows have no day" in late.notes[1]
    shop.sql("DELETE FROM visits WHERE id < 21")
    assert run_of().increment["late"] == 12 - 20

    assert api("viewer").post(f"{SOURCES}/{source.pk}/read-all").status_code == 403
    answer = api("editor").post(f"{SOURCES}/{source.pk}/read-all")
    again = run_of()
    assert (answer.status_code, answer.json()["id"]) == (202, again.pk)
    assert part(again) == (192, None, "2026-01-06", 192)


def test_a_worker_that_is_killed_costs_no_row_and_doubles_none(shop, source, run_of) -> None:
    shop.add(1, 1)
    run_of()
    shop.add(2, 101)
    run = services.request_run(source)
    died = runs.claim(CheckRun, run.pk)
    CheckRun.objects.filter(pk=run.pk).update(state="queued", lease_token=None)
    assert died is not None
    services.execute_run(run.pk)
    services.execute_run(run.pk)
    run.refresh_from_db()

    assert part(run) == (100, "2026-01-01", "2026-01-02", 200)
    assert source.runs.count() == 2


def test_told_to_read_all_again_during_a_run_the_next_one_does(
    shop, source, run_of, user, monkeypatch
) -> None:
    class Meddles(RowCount):
        """A check of somebody's that takes so long that a person changes their mind meanwhile."""

        key = "meddles"

        def measure(self, context, params):
            services.read_all_again(source, by=None)
            return super().measure(context, params)

    monkeypatch.setitem(CHECKS._by_key, "meddles", Meddles())
    shop.add(1, 1)
    run_of()
    shop.add(2, 101)
    rule = services.add_check(source, kind="meddles", by=user("editor"))
    assert (run_of().rows, source.cursor) == (100, {})

    services.remove_check(rule, by=user("editor"))
    assert part(run_of()) == (200, None, "2026-01-02", 200)


def test_new_columns_begin_the_whole_anew_and_say_so(shop, run_of) -> None:
    shop.add(1, 1)
    run_of()
    shop.sql("ALTER TABLE visits ADD COLUMN city text DEFAULT 'x'")
    shop.add(2, 101)
    changed = run_of()
    shop.add(3, 201)
    third = run_of()

    assert (changed.rows, changed.increment["rows_so_far"], changed.increment["since"]) == (
        100,
        100,
        "2026-01-01",
    )
    assert (third.increment["rows_so_far"], third.increment["late"]) == (200, 0)


def test_the_pages_tell_which_rows_and_show_all_of_them(shop, source, run_of, client_as) -> None:
    shop.add(1, 1, 200)
    run_of()
    shop.add(2, 201)
    run = run_of()
    client = client_as("editor")

    assert "after 2026-01-01 up to 2026-01-02" in client.get(run.get_absolute_url()).content.decode()
    columns = reverse("quality:source_columns", args=[source.pk])
    assert client.get(columns).context["columns"][0]["column"].rows == 100
    whole = client.get(columns, {"of": "whole"})
    assert whole.context["columns"][0]["column"].rows == 300
    assert "distinct by" in whole.content.decode()
    column = reverse("quality:run_column", args=[run.pk, 1])
    assert "May be off" in client.get(column, {"of": "whole"}).content.decode()
    settings = client.get(reverse("quality:source_settings", args=[source.pk])).content.decode()
    assert "300 rows, up to" in " ".join(settings.split())

    answer = client.post(reverse("quality:source_read_all", args=[source.pk]))
    assert answer.url == source.runs.newest_first().first().get_absolute_url()
    assert run_of().rows == 300
    idle = run_of()
    assert "Nothing new" in client.get(idle.get_absolute_url()).content.decode()
    assert "nothing new" in client.get(reverse("quality:source_runs", args=[source.pk])).content.decode()
    assert client_as("viewer").post(reverse("quality:source_read_all", args=[source.pk])).status_code == 403


def test_every_page_and_export_stands_a_run_without_new_rows(shop, source, run_of, client_as, api) -> None:
    shop.add(1, 1)
    first = run_of()
    idle = run_of()
    client = client_as("editor")
    for name, args in {
        "run_detail": [idle.pk],
        "run_column": [idle.pk, 1],
        "source_detail": [source.pk],
        "source_trend": [source.pk],
        "source_rules": [source.pk],
        "source_schema": [source.pk],
    }.items():
        assert client.get(reverse(f"quality:{name}", args=args)).status_code == 200, name
    checks = "/api/v1/data-quality/checks"
    for part in ("", "/profile", "/score"):
        assert api("viewer").get(f"{checks}/{idle.pk}{part}").status_code == 200, part
    for part in ("/report.html", "/junit.xml", f"/compare?with={first.pk}"):
        answer = api("viewer").get(f"{checks}/{idle.pk}{part}")
        assert (answer.status_code, "no new rows" in answer.json()["detail"]) == (409, True), part


def test_the_api_tells_the_part_the_mark_and_the_profile_of_all(shop, source, run_of, api) -> None:
    shop.add(1, 1)
    run_of()
    shop.add(2, 101)
    run = run_of()
    client = api("viewer")

    told = client.get(f"/api/v1/data-quality/checks/{run.pk}").json()["increment"]
    assert (told["after"], told["upto"], told["late"]) == ("2026-01-01", "2026-01-02", 0)
    assert client.get(f"{SOURCES}/{source.pk}").json()["mark"] == {
        "upto": "2026-01-02",
        "rows": 200,
        "since": None,
    }
    profile = f"/api/v1/data-quality/checks/{run.pk}/profile"
    assert client.get(profile).json()["rows"] == 100
    assert client.get(profile, {"of": "whole"}).json()["rows"] == 200


def test_operations_staff_read_all_again_in_the_admin(shop, source, run_of, client_as) -> None:
    shop.add(1, 1)
    run_of()
    client = client_as("admin")
    client.post(
        reverse("admin:quality_datasource_changelist"),
        {"action": "read_all_again", "_selected_action": [source.pk]},
    )

    assert part(run_of()) == (100, None, "2026-01-01", 100)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grows_by": "name"}, "no time, date or whole number"),
        ({"grows_by": "nothing"}, "no column 'nothing'; known: id, day"),
        ({"place": "here"}, "in the database"),
    ],
)
def test_a_column_that_cannot_tell_what_is_new_is_refused(shop, source, run_of, change, said) -> None:
    shop.add(1, 1)
    services.connect_source(source, config=source.config | change, by=None)

    with pytest.raises(FetchError, match=said):
        services.look_at(source)
    assert run_of().state == "failed"


def test_the_mark_stays_when_only_the_time_limit_changes(shop, source, run_of) -> None:
    shop.add(1, 1)
    run_of()
    services.connect_source(source, config=source.config | {"timeout_seconds": 60}, by=None)
    assert source.cursor["upto"] == "2026-01-01"

    services.connect_source(source, config=source.config | {"grows_by": "id"}, by=None)
    assert source.cursor == {}
