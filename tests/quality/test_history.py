"""What a source remembers of its runs, and what unusual numbers it notices by that."""

import pytest

from dataops.engine.protocols import Past
from quality import services
from quality.models import CheckRun, DataSource, RunNumbers
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(uploaded, user) -> DataSource:
    """A source with seven runs of about 200 rows whose number of rows is watched."""
    for i in range(7):
        run = uploaded(csv_bytes(200 + i, start=1000 * i))
    services.add_check(run.source, kind="volume_anomaly", by=user("editor"))
    return run.source


def result_of(run: CheckRun):
    return run.results.get(check_key="volume_anomaly")


def test_every_run_leaves_its_numbers_one_row_a_column(uploaded):
    run = uploaded(csv_bytes(50))
    kept = {row.column: row.values for row in RunNumbers.objects.filter(run=run)}

    assert set(kept) == {"", "id", "name", "price", "day"}
    assert (kept[""]["row_count"], kept["price"]["missing_fraction"]) == (50, 0)


def test_half_of_the_usual_rows_is_an_anomaly_and_the_usual_ones_are_none(watched, uploaded):
    usual, half = uploaded(csv_bytes(205, start=9000)), uploaded(csv_bytes(100, start=9500))

    assert result_of(usual).outcome == "pass"
    assert result_of(half).outcome == "fail"
    assert result_of(half).details["runs"] == 8


def test_a_new_rule_says_how_many_runs_it_still_needs(uploaded, user):
    run = uploaded()
    services.add_check(run.source, kind="volume_anomaly", by=user("editor"))
    second = uploaded(csv_bytes(190))

    assert result_of(second).outcome == "no_data"
    assert "needs 6 more runs" in result_of(second).message


def test_history_is_read_only_when_a_rule_asks_for_it(uploaded, django_assert_num_queries):
    source = uploaded().source
    plan = services.plan_of(source)

    with django_assert_num_queries(0):
        assert services.history_for(plan, source) == []


def test_history_costs_two_queries_and_holds_accepted_runs_oldest_first(watched, django_assert_num_queries):
    CheckRun.objects.filter(pk=watched.runs.first().pk).update(accepted=False)
    with django_assert_num_queries(2):
        found = services.history_of(watched, columns=[""])

    assert [past.numbers[""]["row_count"] for past in found] == [200, 201, 202, 203, 204, 205]
    assert all(isinstance(past, Past) and past.accepted for past in found)
