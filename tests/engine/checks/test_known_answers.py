"""What each check finds in small tables, counted by hand: (check, column, parameters, evaluated, failed)."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.inspection import Plan, default_plan, inspect
from dataops.engine.intake import Accounting
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import LocalRows, Sampling
from dataops.engine.types import Outcome, RowKind

NAN = float("nan")
PEOPLE = {
    "id": [1, 2, 3, 3, 5, None],
    "age": [0.0, 17.0, 120.0, 121.0, NAN, None],
    "name": ["Ann", "ann ", "Bob", "Bob", "", "Zoë"],
    "zip": ["12345", "12345", "99999", "99999", "99999", "x"],
    "city": ["Bonn", "Bonn", "Rom", "Rom", "Ulm", None],
    "born": [date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 5), date(2020, 1, 6), None, date(2020, 1, 4)],
    "seen": [datetime(2020, 1, 1, 12), datetime(2020, 1, 1), *[datetime(2020, 12, 31, 23, 59)] * 3, None],
    "paid": [1, 1, 1, 0, 0, None],
}
ANSWERS = [
    ("unique", "id", {}, 5, 1),
    ("unique", "zip", {}, 6, 3),
    ("unique_together", "", {"columns": ["id", "name"]}, 4, 1),
    ("unique_together", "", {"columns": ["zip", "city"]}, 5, 2),
    ("near_duplicates", "", {"columns": ["name"]}, 5, 1),
    ("value_range", "age", {"minimum": "0", "maximum": "120"}, 5, 2),
    ("value_range", "age", {"minimum": "0", "maximum": "120", "exclusive": True}, 5, 4),
    ("value_range", "id", {"maximum": "2.5"}, 5, 3),
    ("value_range", "born", {"minimum": "2020-01-02", "maximum": "2020-01-05"}, 5, 2),
    ("value_range", "seen", {"maximum": "2020-12-31"}, 5, 0),
    ("value_range", "seen", {"maximum": "2020-12-31", "exclusive": True}, 5, 3),
    ("value_range", "seen", {"minimum": "2020-01-01T12:00"}, 5, 1),
    ("in_set", "city", {"values": ["Bonn", "Rom"]}, 5, 1),
    ("in_set", "city", {"values": ["bonn", "ROM"], "ignore_case": True}, 5, 1),
    ("in_set", "id", {"values": ["1.0", "3"]}, 5, 2),
    ("in_set", "age", {"values": ["0", "17"]}, 5, 3),
    ("not_in_set", "city", {"values": ["Ulm", "Köln"]}, 5, 1),
    ("not_in_set", "age", {"values": ["121"]}, 5, 1),
    ("format", "zip", {"name": "slug"}, 6, 0),
    ("format", "name", {"name": "slug"}, 5, 5),
    ("regex", "zip", {"pattern": r"^\d{5}$"}, 6, 1),
    ("regex", "zip", {"pattern": "9", "negate": True}, 6, 3),
    ("text_length", "name", {"minimum": 1, "maximum": 3}, 5, 1),
    ("text_length", "zip", {"minimum": 1}, 6, 0),
    ("expression", "", {"condition": "age < 100"}, 5, 3),
    ("sql_rows", "", {"query": "SELECT * FROM data WHERE id = 3"}, 6, 2),
    ("sql_value", "", {"query": "SELECT sum(id) FROM data", "minimum": 14, "maximum": 14}, 1, 0),
    ("sql_value", "", {"query": "SELECT sum(id) FROM data", "maximum": 10}, 1, 1),
    ("conditional", "", {"condition": "city = 'Bonn'", "then": "zip = '12345' and id = 1"}, 2, 1),
    ("conditional", "", {"condition": "paid = 0", "then": "city is not null"}, 2, 0),
    ("compare_columns", "", {"left": "id", "operator": "<", "right": "age"}, 5, 1),
    ("compare_columns", "", {"left": "born", "operator": ">", "right": "seen"}, 4, 3),
    ("functional_dependency", "", {"determinant": ["zip"], "dependent": "city"}, 5, 1),
    ("monotonic", "id", {}, 5, 0),
    ("monotonic", "id", {"strict": True}, 5, 1),
    ("monotonic", "paid", {"direction": "falling"}, 5, 0),
    ("monotonic", "born", {}, 5, 1),
    ("near_constant", "city", {"minimum_rows": 1}, 5, 2),
    ("distinct_between", "city", {"minimum": 3, "maximum": 3}, 1, 0),
    ("min_between", "age", {"minimum": 1}, 1, 1),
    ("max_between", "age", {"maximum": 121}, 1, 0),
    ("mean_between", "id", {"minimum": 2.8, "maximum": 2.8}, 1, 0),
    ("median_between", "id", {"maximum": 2}, 1, 1),
    ("std_between", "paid", {"maximum": 0.5}, 1, 1),
    ("sum_between", "id", {"minimum": 14, "maximum": 14}, 1, 0),
    ("quantile_between", "id", {"level": 0.5, "minimum": 3, "maximum": 3}, 1, 0),
    ("freshness", "seen", {"maximum_age_hours": 1}, 1, 0),
    ("freshness", "born", {"maximum_age_hours": 24}, 1, 1),
    ("time_gaps", "born", {"maximum_gap_hours": 24}, 5, 1),
    ("schema", "", {"columns": ["id:integer", "age:float", "zip:text", "born:date"]}, 4, 0),
    ("schema", "", {"columns": ["id:text", "gone"]}, 2, 2),
    ("schema", "", {"columns": ["id", "age"], "allow_extra": False}, 8, 6),
    ("schema", "", {"columns": ["age", "id"], "ordered": True}, 2, 2),
    ("missing_tokens", "zip", {"tokens": ["X"]}, 6, 1),
]
AT = datetime(2021, 1, 1, tzinfo=UTC)


def ask(table, check, column="", params=None, **options):
    spec = CheckSpec(check, column=column, params=params or {}, when=options.pop("when", ""))
    (result,) = inspect(ArrowDataset(pa.table(table)), Plan((spec,)), at=AT, **options).results
    return result


@pytest.mark.parametrize(("check", "column", "params", "evaluated", "failed"), ANSWERS)
def test_a_check_counts_what_a_person_counts(check, column, params, evaluated, failed):
    result = ask(PEOPLE, check, column, params, sampling=Sampling())

    assert (result.evaluated, result.failed) == (evaluated, failed), result.message
    if CHECKS[check].default_limits.fail == 0:
        assert result.outcome is (Outcome.FAIL if failed else Outcome.PASS)
    if result.sample:
        assert len(result.sample.rows) == failed


def test_every_check_has_known_answers():
    elsewhere = {
        "missing_values", "completeness", "duplicates", "types", "rejected_records", "schema_drift",
        "outliers", "row_count", "foreign_key", "compare_source", "compare_rows", "distribution_drift",
        "metric_anomaly", "volume_anomaly", "unreadable_text",
    }  # fmt: skip
    assert set(CHECKS.keys()) - elsewhere == {answer[0] for answer in ANSWERS}


@pytest.mark.parametrize("check", ["unique", "value_range", "in_set", "regex", "mean_between", "freshness"])
def test_nothing_present_is_no_data(check):
    params = {"value_range": {"minimum": "1"}, "in_set": {"values": ["a"]}, "regex": {"pattern": "a"}}
    params |= {"mean_between": {"minimum": 1}}

    assert ask({"x": [None, None]}, check, "x", params.get(check)).outcome is Outcome.NO_DATA


def test_a_filter_leaves_rows_out_of_any_check():
    found = ask(PEOPLE, "unique", "id", when="city = 'Rom'")

    assert (found.evaluated, found.failed) == (2, 1)


def test_a_rule_that_names_what_is_not_there_is_an_error_with_its_reason():
    found = ask(PEOPLE, "compare_columns", params={"left": "id", "right": "nobody"})

    assert found.outcome is Outcome.ERROR
    assert "there is no column 'nobody'" in found.message


OF_THE_DATA = [
    ("SELECT * FROM data WHERE id = 3", [3, 4]),
    ("FROM data d WHERE d.id = 3", [3, 4]),
    ("SELECT id + 1 AS more FROM data WHERE more > 5", [5]),
    ("SELECT a.name FROM data a JOIN data b ON a.zip = b.zip AND a.id > b.id", [2, 5]),
    ("WITH most AS (SELECT max(age) AS age FROM data WHERE not isnan(age)) "
     "SELECT data.* FROM data, most WHERE data.age = most.age", [4]),
    ("SELECT * FROM data QUALIFY row_number() OVER (PARTITION BY zip ORDER BY id) = 1", [1, 3, 6]),
    ("SELECT id FROM data ORDER BY age DESC NULLS LAST LIMIT 1", [5]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "numbers"), OF_THE_DATA)
def test_rows_of_the_data_that_a_query_selects_are_found_in_it(query, numbers):
    found = ask(PEOPLE, "sql_rows", params={"query": query}, sampling=Sampling())

    assert found.sample.numbers.tolist() == numbers


ANSWERED = [
    ("SELECT zip, count(*) FROM data GROUP BY zip ORDER BY zip",
     {"zip": {"zip"}, "COUNT(*)": set()}, [("12345", "2"), ("99999", "3"), ("x", "1")]),
    ("SELECT DISTINCT * EXCLUDE (id, age, name, born, seen, paid) FROM data WHERE id = 3",
     {"zip": {"zip"}, "city": {"city"}}, [("99999", "Rom")]),
    ("SELECT max(id) AS most FROM data", {"most": {"id"}}, [("5",)]),
    ("SELECT id FROM data WHERE id > 3 UNION ALL SELECT length(name) FROM data WHERE id = 1",
     {"id": {"id", "name"}}, [("5",), ("3",)]),
    ("WITH towns AS (SELECT city AS town, zip FROM data) SELECT t.*, 1 AS one FROM towns t LIMIT 1",
     {"town": {"city"}, "zip": {"zip"}, "one": set()}, [("Bonn", "12345", "1")]),
    ("SELECT a.x, b.id AS x FROM (SELECT id FROM data) AS a(x) JOIN data b ON a.x = b.id AND b.id = 5",
     {"x": {"id"}, "x 2": {"id"}}, [("5", "5")]),
    ("SELECT * FROM (SELECT id, zip FROM data) a JOIN (SELECT id, city FROM data) b USING (id) WHERE id = 5",
     {f"column {i}": {"id", "zip", "city"} for i in (1, 2, 3)}, [("5", "99999", "Ulm")]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "columns", "rows"), ANSWERED)
def test_what_a_query_makes_of_several_rows_is_shown_as_it_answers(query, columns, rows):
    report = inspect(
        ArrowDataset(pa.table(PEOPLE)),
        Plan((CheckSpec("sql_rows", params={"query": query}),)),
        sampling=Sampling(),
    )
    sample = report.results[0].sample

    assert report.notes == ()
    assert (sample.kind, sample.total, sample.numbers.size) == (RowKind.ANSWER, len(rows), 0)
    assert (sample.columns, sample.drawn_from) == (tuple(columns), columns)
    assert [row.cells for row in sample.rows] == rows


def test_a_query_that_does_more_than_read_is_refused():
    found = ask(PEOPLE, "sql_rows", params={"query": "DROP TABLE data"})

    assert (found.outcome, "not allowed" in found.message) == (Outcome.ERROR, True)


@pytest.mark.parametrize(("value", "age"), [(24.0, 1.0), (12.0, 0.25)])
def test_the_pass_rate_halves_with_every_half_of_the_allowed_age(value, age):
    found = ask({"t": [datetime(2020, 12, 31)]}, "freshness", "t", {"maximum_age_hours": value})

    assert found.pass_rate == pytest.approx(age)


def test_accounting_is_untouched_by_a_second_pass():
    report = inspect(
        ArrowDataset(pa.table(PEOPLE)), Plan((CheckSpec("expression", params={"condition": "id > 0"}),))
    )

    assert report.accounting == Accounting(records=6, loaded=6)


def test_the_default_checks_never_read_the_rows_a_second_time(monkeypatch):
    loaded = []
    monkeypatch.setattr(LocalRows, "_load", lambda rows, name: loaded.append(name))

    report = inspect(ArrowDataset(pa.table(PEOPLE)), default_plan(), at=AT)

    assert report.results
    assert not any(result.outcome is Outcome.ERROR for result in report.results)
    assert loaded == []
