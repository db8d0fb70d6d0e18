"""Rows as a relation agree with the profile, whatever the table."""

import os
from contextlib import contextmanager
from math import isfinite

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from dataops.engine.errors import Cancelled, InvalidPlan
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy, profile
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.rows import LocalRows, Reference, References, Sandbox, SandboxLimits
from dataops.engine.sql import column, invalid_text, is_missing, parse_condition, repeats, row_number
from dataops.engine.types import ColumnType

NA = MissingPolicy(
    tokens=frozenset({"NA"}),
    columns={
        "integer": MissingPolicy(tokens=frozenset({"-4", "x"})),
        "text": MissingPolicy(tokens=frozenset({"A"}), whitespace=False),
    },
)

# Cells of columns that are nearly, but not always, of one type.
cells = {
    "integer": st.sampled_from(["1", " 3 ", "-4", "+5", "007", "x", "", " ", "NA", "999999999999999999"]),
    "float": st.sampled_from(["1.5", "2", "1e3", "nan", "inf", "-inf", ".5", "x", "", "NA", "1.50"]),
    "date": st.sampled_from(["2024-02-29", "2023-02-29", "1969-12-31", "", "NA", "2024-01-01 "]),
    "time": st.sampled_from(["2024-01-01T10:00:00+02:00", "2024-01-01 08:00", "2024-01-01", "x", ""]),
    "boolean": st.sampled_from(["true", "FALSE", " True", "x", "", "NA"]),
    "text": st.sampled_from(["a", "A", " a", "ä\u0000b", "NA", "", " ", "\u200b", "'; DROP TABLE data; --"]),
}
COUNT = exp.Count(this=exp.Star())
tables = st.lists(st.tuples(*cells.values()), min_size=1, max_size=40)


@contextmanager
def rows_of(dataset, missing=DEFAULT_POLICY, **options):
    known = profile(dataset, missing=missing)
    with Sandbox.opened(**options) as sandbox:
        yield LocalRows(sandbox, dataset, known, missing)


def ask(rows, *expressions):
    return rows.query(exp.select(*expressions).from_(rows.table))[0]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_typed_values_agree_with_the_profile(table):
    data = pa.table(dict(zip(cells, map(list, zip(*table, strict=True)), strict=True)))
    dataset = ArrowDataset(data)
    dataset.typed = False  # every cell is text still to be read

    with rows_of(dataset, NA) as rows:
        for known in rows.profile.columns:
            value = column(known.name)
            absent = is_missing(known.name, has_invalid=bool(known.invalid))
            found = ask(rows, COUNT, exp.Count(this=value), exp.Min(this=value), exp.Max(this=value))

            assert found[:2] == (known.rows, known.valid)
            assert len(rows.numbers(absent)) == known.missing
            if known.invalid:
                assert ask(rows, exp.Count(this=invalid_text(known.name))) == (known.invalid,)
            if known.type.is_numeric and known.valid:
                numbers = [v for (v,) in rows.query(exp.select(value).from_(rows.table)) if v is not None]
                finite = [n for n in numbers if isfinite(n)]
                assert (min(finite, default=None), max(finite, default=None)) == (
                    known.minimum,
                    known.maximum,
                )
            elif known.type.is_temporal and known.valid:
                assert known.minimum.rstrip("Z") == found[2].isoformat()
        assert len(rows.numbers(repeats())) == rows.profile.duplicate_rows


def test_distinct_values_agree_with_the_profile_of_a_typed_table():
    rng = np.random.default_rng(7)
    data = pa.table(
        {
            "n": pa.array(rng.integers(0, 50, 1000)),
            "x": pa.array(rng.choice([0.5, 1.5, np.nan, np.inf], 1000)),
            "t": pa.array(rng.integers(0, 9, 1000).astype("datetime64[s]")),
            "b": pa.array(rng.random(1000) < 0.5),
            "s": pa.array(rng.choice(["a", "b", None], 1000).tolist(), pa.string()),
        }
    )
    with rows_of(ArrowDataset(data)) as rows:
        for known in rows.profile.columns:
            distinct = exp.Count(this=exp.Distinct(expressions=[column(known.name)]))
            assert ask(rows, distinct) == (known.distinct,), known.name


def test_names_that_differ_in_case_alone_or_hold_quotes_stay_apart():
    data = pa.table({"age": [1], "AGE": [2], 'a"b': [3], " row": [4], "select": [5], "ß": [6], "ẞ": [7]})
    with rows_of(ArrowDataset(data)) as rows:
        names = rows.profile.names
        assert ask(rows, *map(column, names)) == (1, 2, 3, 4, 5, 6, 7)
        assert ask(rows, row_number()) == (1,)
        assert rows.where(parse_condition('"AGE" = 2', names)).profile.rows == 1


def test_a_part_has_the_profile_of_its_own_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,land,amount\n1,DE,10\n2,DE,\n3,FR,7\n\n4,DE,x\n3,FR,7\n" + "9,DE,1\n" * 60)
    with rows_of(open_dataset(path)) as rows:
        german = rows.where(parse_condition("land = 'DE' and id < 9", rows.profile.names))
        amount = german.profile.column("amount")
        assert (german.profile.rows, amount.missing, amount.invalid) == (3, 1, 1)
        assert [n for (n,) in german.query(exp.select(row_number()).from_(german.table))] == [2, 3, 6]
        assert list(german.numbers(is_missing("amount", has_invalid=True))) == [3]
        assert rows.where(parse_condition("land = 'XX'", rows.profile.names)).profile.rows == 0
        assert list(rows.where(parse_condition("id = 3", rows.profile.names)).numbers(repeats())) == [7]


def test_a_part_keeps_the_types_of_the_whole(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("land,day,n\n" + "DE,2024-01-02,7\n" * 90 + "FR,soon,x\nFR,later,y\nFR,soon,1\nFR,,\n")
    with rows_of(open_dataset(path)) as rows:
        french = rows.where(parse_condition("land = 'FR'", rows.profile.names))
        day, n = french.profile.column("day"), french.profile.column("n")

        assert (day.type, day.missing, day.invalid, day.valid) == (ColumnType.DATE, 1, 3, 0)
        assert day.invalid_values == (("soon", 2), ("later", 1))
        assert (n.type, n.missing, n.invalid, n.minimum, n.distinct) == (ColumnType.INTEGER, 1, 2, 1, 3)
        assert ask(french, exp.Count(this=column("n")), exp.Count(this=invalid_text("n"))) == (1, 2)


def test_a_part_of_a_columnar_file_is_profiled_as_a_part(tmp_path):
    pq.write_table(
        pa.table({"n": list(range(1000)), "even": [i % 2 == 0 for i in range(1000)]}), tmp_path / "t"
    )
    with rows_of(open_dataset(tmp_path / "t")) as rows:
        part = rows.where(parse_condition("even and n >= 100", rows.profile.names)).profile
        assert (part.rows, part.column("n").minimum, part.column("n").distinct) == (450, 100, 450)


def test_rows_of_two_sources_can_be_joined():
    with rows_of(ArrowDataset(pa.table({"k": [1, 2, 3]}))) as rows:
        references = References(
            rows.sandbox, {"lands": Reference(ArrowDataset(pa.table({"id": [1, 3]})))}.__getitem__
        )
        known = exp.select(column("id")).from_(references["lands"].table)
        orphans = exp.not_(exp.In(this=column("k"), query=exp.Subquery(this=known)))
        assert list(rows.numbers(orphans)) == [2]
        assert "elsewhere" not in references


def test_the_database_is_gone_afterwards_whatever_happened(tmp_path):
    def break_down():
        with rows_of(ArrowDataset(pa.table({"a": [1]})), folder=tmp_path) as rows:
            assert ask(rows, column("a")) == (1,)
            assert list(tmp_path.iterdir())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_down()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_inspection_left_is_removed_by_the_next(tmp_path):
    left = tmp_path / "dataops-rows-killed"
    left.mkdir()
    (left / "in-use").touch()
    os.utime(left / "in-use", (0, 0))
    with Sandbox.opened(folder=tmp_path) as sandbox:
        sandbox.run("SELECT 1")
        assert not left.exists()


ENDLESS = "SELECT count(*) FROM range(100000000) a, range(100000000) b"


def test_a_statement_that_takes_too_long_is_stopped():
    with (
        Sandbox.opened(SandboxLimits(statement_seconds=0.5)) as sandbox,
        pytest.raises(InvalidPlan, match=r"took longer than 0 seconds|longer than 1 seconds"),
    ):
        sandbox.fetch(ENDLESS)


def test_a_cancelled_run_stops_its_statement():
    def cancel(fraction, stage):
        raise Cancelled("stop")

    with Sandbox.opened(progress=cancel) as sandbox, pytest.raises(Cancelled):
        sandbox.fetch(ENDLESS)


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "RESET threads",
        "EXPORT DATABASE '/tmp/x'",
    ],
)
def test_the_sandbox_itself_refuses_files_extensions_and_settings(attack):
    with Sandbox.opened() as sandbox, pytest.raises(InvalidPlan):
        sandbox.fetch(attack)
