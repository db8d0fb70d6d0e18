"""Windows of a growing table: one after the other they hold every row once."""

import datetime as dt

import pyarrow as pa
import pytest

from dataops.engine.checks import CheckSpec
from dataops.engine.errors import InvalidPlan
from dataops.engine.inspection import Plan, default_plan, inspect
from dataops.engine.profilers.pushdown import rows_at, standing_at, window_since
from dataops.engine.protocols import Part
from dataops.engine.types import Outcome

DAYS = [dt.date(2024, 1, 1 + i // 3) for i in range(9)] + [None]


def table_of(days) -> pa.Table:
    return pa.table({"day": pa.array(days, pa.date32()), "n": list(range(len(days)))})


def ids(window) -> list[int]:
    query = f"SELECT n FROM ({window.rows.source.this.sql(dialect=window.rows.dialect)}) AS x ORDER BY n"
    return [row[0] for row in window.rows.execute(query)]


def test_windows_follow_each_other_without_gap_or_overlap(place):
    first = window_since(place(table_of(DAYS[:4])), "day", None)
    later = window_since(place(table_of(DAYS)), "day", first.upto)

    assert (first.upto, first.at_upto, later.after, later.upto) == ("2024-01-02", 1, first.upto, "2024-01-03")
    assert ids(first) == [0, 1, 2, 3]
    assert ids(later) == [6, 7, 8]
    # What came with the value the first window ended at is in neither; counting tells of it.
    assert rows_at(place(table_of(DAYS)), "day", "2024-01-02") == 3


def test_the_newest_value_can_wait_until_it_is_complete(place):
    growing = place(table_of(DAYS))
    window = window_since(growing, "day", "2024-01-01", leave_newest=True)

    assert (window.upto, window.at_upto, ids(window)) == ("2024-01-02", 3, [3, 4, 5])
    assert ids(window_since(growing, "day", window.upto, leave_newest=True)) == []


def test_rows_up_to_a_mark_are_counted_in_one_scan(place):
    growing = place(table_of([dt.date(2023, 12, 31), *DAYS]))

    found = standing_at(growing, "day", "2024-01-02")
    assert (found.below, found.at, found.without) == (4, 3, 1)
    assert standing_at(growing, "day", "2024-01-02", since="2023-12-31").below == 3


def test_no_new_rows_are_no_error_and_have_no_score(place):
    growing = place(table_of(DAYS))
    before = inspect(growing, default_plan())
    window = window_since(growing, "day", "2024-01-03")
    plan = Plan((*default_plan().checks, CheckSpec("freshness", column="day")))
    report = inspect(
        window.rows,
        plan,
        before.profile,
        part=Part(before.profile),
        at=dt.datetime(2024, 1, 9, tzinfo=dt.UTC),
    )
    outcomes = {result.check: result.outcome for result in report.results}

    assert (report.profile.rows, report.score.value, report.schema_changes) == (0, None, ())
    assert outcomes.pop("freshness") is Outcome.FAIL
    assert outcomes.pop("schema_drift") is Outcome.PASS
    assert set(outcomes.values()) == {Outcome.NO_DATA}


def test_a_column_that_does_not_rise_is_refused(duckdb_place):
    growing = duckdb_place(pa.table({"word": ["a"], "n": [1.5]}))
    for column in ("word", "n", "other"):
        with pytest.raises(InvalidPlan, match=column):
            window_since(growing, column, None)
