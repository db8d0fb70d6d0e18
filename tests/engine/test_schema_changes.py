"""Changes between the columns of two profiles."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.checks.schema_changes import SchemaChange, compare_schemas
from dataops.engine.profile import ColumnProfile, Frequent, Profile
from dataops.engine.types import ColumnType
from tests.engine.tables import NA, flights_csv, profile_of, profile_text


def bare(names):
    """A profile that knows the names of its columns and no values."""
    nothing = Frequent.of([], [])
    columns = tuple(ColumnProfile(name, ColumnType.EMPTY, 0, 0, 0, nothing) for name in names)
    return Profile(0, 0, 0, columns)


def test_a_renamed_column_is_known_by_its_contents(tmp_path):
    before = profile_text(tmp_path / "a.csv", flights_csv(2000), missing=NA)
    renamed = flights_csv(4000).replace(b"dep_delay", b"late_by", 1).replace(b"tailnum", b"plane", 1)
    after = profile_text(tmp_path / "b.csv", renamed, missing=NA)

    assert compare_schemas(before, after) == (
        SchemaChange("renamed", "late_by", "dep_delay", "late_by"),
        SchemaChange("renamed", "plane", "tailnum", "plane"),
    )


def test_columns_of_other_contents_are_removed_and_added():
    before, after = profile_of({"a": [1, 2, 3]}), profile_of({"b": [100, 200, 300]})

    assert compare_schemas(before, after) == (SchemaChange("removed", "a"), SchemaChange("added", "b"))


def test_a_column_that_lost_its_values_is_not_retyped():
    assert compare_schemas(profile_of({"a": [1]}), profile_of({"a": [None]})) == ()


def test_only_the_column_that_moved_is_reordered():
    assert compare_schemas(bare("abcd"), bare("bcda")) == (SchemaChange("reordered", "a", "1", "4"),)


@settings(max_examples=100)
@given(st.permutations("abcdefg"))
def test_taking_out_the_moved_columns_leaves_the_old_order(order):
    moved = {change.column for change in compare_schemas(bare("abcdefg"), bare(order))}
    staying = [name for name in order if name not in moved]

    assert staying == sorted(staying)
    assert (not moved) == (list(order) == sorted(order))
