"""Profiles made in a database are those of the same rows read here."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dataops.engine.profilers import MissingPolicy, profile
from dataops.engine.profilers.pushdown import profile_relation
from dataops.engine.readers import ArrowDataset
from dataops.engine.testing import profile_problems
from dataops.engine.testing.tables import ugly_tables
from dataops.engine.types import ColumnType
from tests.engine.tables import flights_frame

TABLES = ugly_tables()
POLICIES = {
    "default": MissingPolicy(),
    "spaces are values": MissingPolicy(whitespace=False),
    "tokens": MissingPolicy(tokens=frozenset({"NA", "-", "it's", "\\"})),
    "by column": MissingPolicy(
        tokens=frozenset({"NA", "x"}),
        columns={
            "tokens": MissingPolicy(tokens=frozenset({"n/a"})),
            "blank": MissingPolicy(whitespace=False),
            "invisible": MissingPolicy(tokens=frozenset({"a"}), whitespace=False),
        },
    ),
}


def problems(place, table, **options):
    there = profile_relation(place(table), **options)
    return profile_problems(there, profile(ArrowDataset(table), **options))


@pytest.mark.parametrize("name", TABLES)
def test_ugly_tables_have_one_profile_everywhere(place, name):
    assert problems(place, TABLES[name]) == []


def test_real_flights_have_one_profile_everywhere(place):
    table = pa.Table.from_pandas(flights_frame(5_000), preserve_index=False)

    assert problems(place, table) == []


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_missing_is_what_the_policy_says(place, policy):
    assert problems(place, TABLES["texts"], missing=policy) == []


@pytest.mark.parametrize(
    "name", ["numbers", "skewed numbers", "texts", "times", "truth", "nothing", "duplicates"]
)
def test_like_a_reference_counts_are_on_its_edges_and_values(place, name):
    table = TABLES[name]
    if name == "numbers":
        # Labels of more than 18 digits are not read as numbers here.
        table = table.drop_columns("big")
    if name == "texts":
        # Two of its texts are cut to one label, whose rows nobody can tell apart again.
        table = table.drop_columns("long")
    reference = profile(ArrowDataset(table.slice(0, table.num_rows // 2)))

    assert problems(place, table, like=reference) == []


def test_whole_floats_are_integers_where_integers_are_expected(place):
    types = {"whole": ColumnType.INTEGER, "single": ColumnType.INTEGER, "small": ColumnType.FLOAT}

    assert problems(place, TABLES["numbers"], types=types) == []


def test_times_that_are_written_otherwise_are_other_values(place):
    whole, fraction = dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, 0, 0, 0, 5)
    reference = profile(ArrowDataset(pa.table({"s": [whole, fraction]})))

    assert problems(place, pa.table({"s": [whole, whole]}), like=reference) == []


CELLS = {
    "n": (pa.int64(), st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-3, 3)),
    "x": (pa.float64(), st.floats(-1e100, 1e100).map(lambda x: x + 0.0) | st.sampled_from([0.1, 0.2, 0.5])),
    "t": (pa.string(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    "b": (pa.bool_(), st.booleans()),
    "d": (pa.date32(), st.dates()),
    "s": (pa.timestamp("us"), st.datetimes(min_value=dt.datetime(1900, 1, 1))),
}
ROWS = st.lists(st.tuples(*(st.none() | cells for _, cells in CELLS.values())), min_size=1, max_size=30)


def table_of(rows):
    columns = zip(*rows, strict=True)
    return pa.table(
        {name: pa.array(c, kind) for (name, (kind, _)), c in zip(CELLS.items(), columns, strict=True)}
    )


# A table costs milliseconds in DuckDB and seconds in Spark.
EXAMPLES = {"duckdb": 25, "postgres": 15, "spark": 4}


@pytest.fixture
def examples(request):
    """How many tables are made for the place."""
    count = EXAMPLES[request.node.callspec.params["place"]]
    return settings(max_examples=count, deadline=None)


def test_any_table_has_one_profile_everywhere(place, examples):
    @examples
    @given(ROWS)
    def agree(rows):
        assert problems(place, table_of(rows)) == []

    agree()


def test_any_table_is_counted_like_any_other_everywhere(place, examples):
    @examples
    @given(ROWS, ROWS)
    def agree(rows, reference):
        like = profile(ArrowDataset(table_of(reference)))
        # Text is read anew here when nothing is known of its type, and stays text in a database.
        assume(like.column("t").type is ColumnType.TEXT)
        assert problems(place, table_of(rows), like=like) == []

    agree()
