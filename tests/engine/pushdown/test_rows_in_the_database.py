"""Checks that need rows ask them where they are, and find what a pass over the same rows here finds."""

import datetime as dt
import itertools

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from dataops.engine.checks import CHECKS, CheckSpec, Context, rowwise
from dataops.engine.checks.foreign_key import ForeignKeyParams
from dataops.engine.errors import InvalidPlan, NoRows
from dataops.engine.inspection import Plan, default_plan, inspect
from dataops.engine.profilers import profile
from dataops.engine.profilers.pushdown import SqlRelation, profile_relation
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import LocalRows, Reference, References, Sampling, Sandbox, SqlRows
from dataops.engine.sql import column, parse_condition, parse_query, repeats, row_number
from dataops.engine.testing import profile_problems
from dataops.engine.types import Outcome

PEOPLE = pa.table(
    {
        "name": ["Ada", "Bob", "", None, "Ada", "Ada"],
        "age": [36, -1, 40, None, 36, 36],
        "height": [1.7, 1.8, None, 1.6, 1.7, 1.7],
        "born": [
            dt.date(1988, 1, 1),
            None,
            dt.date(1984, 5, 5),
            dt.date(2000, 1, 1),
            *[dt.date(1988, 1, 1)] * 2,
        ],
        "seen": pa.array([dt.datetime(2024, 1, 1, 23, 30, tzinfo=dt.UTC)] * 6, pa.timestamp("us", "UTC")),
        "member": [True, False, None, True, True, True],
    }
)
CONDITIONS = [
    "age < 0",
    "name IS NULL",
    "age IS NULL OR height > 1.7",
    "upper(name) = 'ADA' AND member",
    "born >= DATE '1990-01-01'",
    "seen >= TIMESTAMP '2024-01-01 23:00:00' AND seen < TIMESTAMP '2024-01-02 00:00:00'",
    "name LIKE '%''%' OR length(name) = 3",
    "abs(age) BETWEEN 1 AND 36",
]
COUNT = exp.Count(this=exp.Star())


@pytest.fixture(scope="module")
def made():
    """Rows by dialect: Spark needs seconds to profile even six of them."""
    return {}


@pytest.fixture
def rows(request, place, made):
    dialect = request.node.callspec.params["place"]
    if dialect not in made:
        relation = place(PEOPLE)
        made[dialect] = SqlRows(relation, profile_relation(relation))
    return made[dialect]


@pytest.fixture
def local_rows():
    with Sandbox.opened() as sandbox:
        dataset = ArrowDataset(PEOPLE)
        yield LocalRows(sandbox, dataset, profile(dataset))


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_selects_the_same_rows_there_and_here(rows, local_rows, text):
    condition = parse_condition(text, PEOPLE.column_names)
    counts = [
        each.query(exp.select(COUNT).from_(each.table).where(condition))[0][0] for each in (rows, local_rows)
    ]

    assert counts[0] == counts[1] > 0


def test_a_part_has_a_profile_of_its_own(rows, local_rows):
    condition = parse_condition("age > 0 AND name IS NOT NULL", PEOPLE.column_names)
    part = rows.where(condition)

    assert profile_problems(part.profile, local_rows.where(condition).profile) == []
    assert part.query(exp.select(COUNT).from_(part.table)) == [(3,)]


def test_a_part_without_rows_has_columns_all_the_same(rows, local_rows):
    condition = parse_condition("age > 99", PEOPLE.column_names)

    assert profile_problems(rows.where(condition).profile, local_rows.where(condition).profile) == []


def test_repeated_rows_are_found(rows):
    query = exp.select(row_number()).from_(rows.table).where(repeats())

    assert len(rows.query(query)) == 2 == rows.profile.duplicate_rows


def test_a_query_of_a_person_runs_in_the_database(rows):
    text = (
        "WITH old AS (SELECT name, age FROM data WHERE age > 30) SELECT name, count(*) FROM old GROUP BY name"
    )
    query = parse_query(text, {"data": PEOPLE.column_names})

    assert set(rows.query(query)) == {("Ada", 3), (None, 1)}


OTHERS = pa.table(
    {
        "name": ["Ada", "Cleo"] * 2,
        "age": [40.0, 36.0, 7.5, None],
        "height": ["1.7", "1.8", None, None],
        "born": pa.array([dt.date(1984, 5, 5)] * 4),
        "seen": pa.array([dt.datetime(2024, 1, 1, 23, 30)] * 4, pa.timestamp("us")),
        "member": ["true", "yes", "x", "true"],
    }
)
UNKNOWN = {"name": 1, "age": 1, "height": 1, "born": 4, "seen": 0, "member": 1}


@pytest.mark.parametrize("name", UNKNOWN)
def test_values_are_looked_up_in_another_source_as_they_are_from_here(rows, local_rows, name):
    check, params = CHECKS["foreign_key"], ForeignKeyParams("others")
    others = References(local_rows.sandbox, lambda source: Reference(ArrowDataset(OTHERS)))
    found = {}
    for each in (rows, local_rows):
        context = Context(each.profile, each.profile.column(name), rows=each, references=others)
        found[each] = check.measure(context, params)
    there, here = found.values()

    assert (there.evaluated, there.failed) == (here.evaluated, here.failed) == (here.evaluated, UNKNOWN[name])
    assert there.message == here.message
    for each, measured in found.items():
        if measured.failed:
            failing = exp.select(COUNT).from_(each.table).where(measured.failing)
            assert each.query(failing) == [(UNKNOWN[name],)]


def test_too_many_values_are_not_taken_out_of_a_database(rows, local_rows, monkeypatch):
    monkeypatch.setattr(rowwise, "MOST_VALUES", 2)
    others = References(local_rows.sandbox, lambda source: Reference(ArrowDataset(OTHERS)))
    context = Context(rows.profile, rows.profile.column("height"), rows=rows, references=others)

    with pytest.raises(InvalidPlan, match="more than 2 different values"):
        CHECKS["foreign_key"].measure(context, ForeignKeyParams("others"))


def test_what_a_query_of_a_person_answers_there_is_shown(rows):
    params = {"query": "SELECT age, count(*) FROM data GROUP BY age HAVING count(*) > 0 ORDER BY age"}
    plan = Plan((CheckSpec("sql_rows", params=params),))
    sample = inspect(rows.relation, plan, sampling=Sampling(unplaced=1)).results[0].sample

    assert (sample.kind, sample.columns, sample.total) == ("answer", ("age", "COUNT(*)"), 4)
    assert len(sample.rows) == 1


def test_failing_rows_are_sampled_there(rows):
    condition = parse_condition("age = -1", PEOPLE.column_names)
    sample = rows.sample(condition, ("age",), 1, Sampling(columns=2))

    assert (sample.columns, sample.marked) == (("name", "age"), ("age",))
    assert [row.cells for row in sample.rows] == [("Bob", "-1")]


def test_an_inspection_has_the_results_of_one_over_the_same_rows_here(place):
    plan = Plan(
        (*default_plan().checks, CheckSpec("missing_values", column="name", when="age > 0", id="when")),
    )
    there, here = inspect(place(PEOPLE), plan), inspect(ArrowDataset(PEOPLE), plan)
    of_files = {"rejected_records"}

    assert profile_problems(there.profile, here.profile) == []
    assert there.accounting.loaded == PEOPLE.num_rows
    for found, expected in itertools.zip_longest(there.results, here.results):
        assert (found.check, found.column) == (expected.check, expected.column)
        if found.check not in of_files:
            assert (found.outcome, found.failed, found.value) == pytest.approx(
                (expected.outcome, expected.failed, expected.value)
            )


def test_what_the_database_refuses_is_an_invalid_plan(rows):
    impossible = exp.select(exp.cast(column("name"), exp.DType.DATE)).from_(rows.table)
    elsewhere = exp.select("*").from_("other")

    with pytest.raises(InvalidPlan, match="'other' is not in it"):
        rows.query(elsewhere)
    if rows.relation.dialect != "spark":
        with pytest.raises(InvalidPlan, match="the database refuses"):
            rows.query(impossible)


def test_a_condition_the_database_refuses_is_an_error_of_its_check_alone():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t AS SELECT 1 AS x")

    def execute(query):
        if "> 5" in query:
            raise duckdb.Error("too slow")
        return connection.execute(query).fetchall()

    relation = SqlRelation.of(
        execute, dialect="duckdb", columns=[("x", "INTEGER")], table="t", refusals=(duckdb.Error,)
    )
    plan = Plan(
        (CheckSpec("missing_values", column="x", when="x > 5"), CheckSpec("missing_values", column="x"))
    )
    outcomes = [result.outcome for result in inspect(relation, plan).results]

    assert outcomes == [Outcome.ERROR, Outcome.PASS]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"table": "t", "dialect": "oracle"}, "no push-down for 'oracle'"),
        ({"query": "DROP TABLE t"}, "only a query that reads"),
        ({"query": "SELECT 1; SELECT 2"}, "only a query that reads"),
        (
            {
                "query": "WITH gone AS (DELETE FROM t RETURNING x) SELECT x FROM gone",
                "dialect": "postgres",
            },
            "only a query that reads",
        ),
        ({"query": "SELECT x INTO u FROM t", "dialect": "postgres"}, "only a query that reads"),
        ({"query": "SELECT x FROM t FOR UPDATE", "dialect": "postgres"}, "only a query that reads"),
        ({"query": "SELECT FROM WHERE"}, "does not parse"),
        ({"table": "t", "query": "SELECT 1"}, "either a table or a query"),
        ({"table": "t", "columns": [("x", "int"), ("x", "int")]}, "two columns have one name"),
        ({"table": "t", "columns": []}, "without columns"),
    ],
)
def test_a_relation_that_cannot_be_is_refused(options, problem):
    options = {"dialect": "duckdb", "columns": [("x", "int")]} | options
    with pytest.raises(InvalidPlan, match=problem):
        SqlRelation.of(lambda query: [], **options)


def test_a_query_is_profiled_like_a_table(place):
    relation = place(PEOPLE)
    query = exp.select("*").from_(relation.source).where("age > 0").sql(dialect=relation.dialect)
    columns = [("age", "bigint")]
    part = SqlRelation.of(relation.execute, dialect=relation.dialect, columns=columns, query=query)

    assert profile_relation(part).column("age").minimum == 36


def test_an_empty_relation_has_no_rows(place):
    with pytest.raises(NoRows):
        profile_relation(place(PEOPLE.slice(0, 0)))
