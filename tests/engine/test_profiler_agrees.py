"""The profiler against a slow and obvious one, on ugly tables, whatever form a column takes on the way."""

import os
import tempfile
import tracemalloc
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataops.engine.errors import DiskFull
from dataops.engine.fields import Fields
from dataops.engine.intake import Notation
from dataops.engine.profilers import MissingPolicy, collector, literals, numbers, profile, room, spool, tally
from dataops.engine.profilers.cells import Cells, add_in_column, text_hashes
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.regular import read_cells, read_fields
from dataops.engine.profilers.witnesses import KINDS, plausible
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.types import ColumnType
from tests.engine.reference_profile import reference_profile

days = st.dates().map(str)
moments = st.datetimes().map(str)
POOLS = (
    st.integers(-60, 60).map(str),
    st.integers(-(10**17), 10**17).map(str),
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.3f}"),
    st.integers(0, 999).map("{:05d}".format),
    days,
    moments,
    st.sampled_from(["true", "False"]),
    st.integers(0, 400).map("SKU-{}".format),
    st.sampled_from(["Été 12", "note", "N14228", "a,b", 'say "so"', "x" * 80, "two\nlines"]),
)
ODD = st.sampled_from(
    [
        *(
            "",
            "  ",
            "\u200b",
            "\ufeff\xa0",
            "NA",
            "NA\u200b",
            "nan",
            "-inf",
            "inf",
            "+5",
            " 7",
            "7 ",
            "0x1F",
            "1234567890123456789",
        ),
        *("-0", "00", "007", "-007", "1,5", "12abc", ".5", "5.", "1e5", "1e00001", "1E-3", "-", "."),
        *("2024-01-01", "2024-01-01 10", "2023-02-29", "2024-01-01 25:00", "2024-01-01T10:30Z", "24:00"),
        *("99999999999999999999.5", "true"),
    ]
)


@st.composite
def columns(draw) -> list[str]:
    """Cells mostly of one kind, then perhaps of another, with odd ones among them."""
    parts = draw(
        st.lists(
            st.tuples(st.sampled_from(POOLS), st.integers(0, 60), st.integers(0, 6)), min_size=1, max_size=2
        )
    )
    cells: list[str] = []
    for pool, usual, odd in parts:
        cells += draw(
            st.permutations(
                draw(st.lists(pool, min_size=usual, max_size=usual)) + draw(st.lists(ODD, max_size=odd))
            )
        )
    return cells or [""]


limits = st.fixed_dictionaries(
    {
        (collector, "HELD"): st.sampled_from([3, 20, 50_000]),
        (collector, "ENOUGH_ROWS"): st.sampled_from([3, 20, 2_000]),
        (collector, "FIRST"): st.sampled_from([5, 1_000]),
        (numbers, "MANY"): st.sampled_from([2, 1_000]),
        (tally, "HELD"): st.sampled_from([2, 50_000]),
        (spool, "BUDGET_BYTES"): st.sampled_from([0, 500, 10**6]),
        (room, "MAPPED_BYTES"): st.sampled_from([1, 10**6]),
    }
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cells=columns(),
    expected=st.sampled_from([None, None, *ColumnType]),
    tokens=st.sampled_from([frozenset(), frozenset({"NA", "-"}), frozenset({"7", "-0", "5.", "2024-01-01"})]),
    by_column=st.booleans(),
    chunk_bytes=st.sampled_from([60, 700, 10**6]),
    limits=limits,
)
def test_every_figure_is_that_of_the_obvious_profiler(
    tmp_path, monkeypatch, cells, expected, tokens, by_column, chunk_bytes, limits
):
    for (module, name), value in limits.items():
        monkeypatch.setattr(module, name, value)
    path = tmp_path / "t.csv"
    path.write_text(
        "id,x\n" + "".join(f'r{i},"{cell.replace(chr(34), chr(34) * 2)}"\n' for i, cell in enumerate(cells))
    )
    dataset = open_dataset(path)
    # What commas in numbers mean is the reader's question, not the profiler's.
    dataset.dialect = replace(dataset.dialect, **asdict(Notation()))
    dataset.source.chunks = partial(dataset.source.chunks, chunk_bytes)
    types = {} if expected is None else {"x": expected}

    policy = MissingPolicy(tokens=tokens)
    if by_column:
        policy = MissingPolicy(tokens=frozenset({"x", "SKU-1", "1"}), columns={"x": policy})

    found = profile(dataset, missing=policy, types=types)

    assert_agrees(found.column("x"), reference_profile(cells, tokens, expected))
    assert found.duplicate_rows == 0


def assert_agrees(column, known) -> None:
    assert (column.type, column.missing, column.invalid) == (known.type, known.missing, known.invalid)
    assert (column.nan, column.infinite, column.distinct) == (known.nan, known.infinite, known.distinct)
    assert tuple(count for _, count in column.frequent.values) == known.frequent
    assert column.frequent.total == column.present
    assert sorted(column.invalid_values) == sorted(known.invalid_values) or len(known.invalid_values) == 10
    assert (column.lengths, column.patterns) == (known.lengths, known.patterns)
    if known.extremes:
        assert (column.minimum, column.maximum) == known.extremes
    if known.quantiles is not None:
        np.testing.assert_allclose(column.quantiles.values, known.quantiles, rtol=1e-9, atol=1e-6)
        assert column.histogram.total == known.histogram_total
    if known.mean is not None:
        assert column.moments.mean == pytest.approx(known.mean, rel=1e-9, abs=1e-9)
        assert known.std is None or column.moments.std == pytest.approx(known.std, rel=1e-6, abs=1e-6)
        for outliers, counts in zip((column.outliers, column.far_outliers), known.outliers, strict=True):
            assert (outliers is None) if counts is None else (outliers.count in counts)


# Of the notation of each type, and what is nearly so.
LITERALS = st.one_of(
    st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    for pattern in literals.PATTERNS.values()
)
NEARLY = st.text("0123456789-+.:TZe ", max_size=26)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(*POOLS, ODD, LITERALS, NEARLY), max_size=30), st.sampled_from(KINDS))
def test_the_fast_way_reads_what_the_slow_one_does(texts, kind):
    cells = pa.array(texts, pa.string())
    reads = literals.reads_as(cells, kind)
    read = read_cells(Cells.of(cells), kind)

    values = literals.parse(cells.filter(pa.array(reads)), kind)
    np.testing.assert_array_equal(np.sort(read.values), np.sort(values))
    assert sorted(read.rest.to_pylist()) == sorted(
        text for text, good in zip(texts, reads, strict=True) if text and not good
    )


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 4))
def test_fields_read_where_they_lie_are_what_their_texts_are(data, width):
    rows = data.draw(st.lists(st.tuples(*[st.one_of(*POOLS, ODD, LITERALS, NEARLY)] * width), max_size=20))
    kinds = dict(enumerate(data.draw(st.tuples(*[st.sampled_from(KINDS)] * width))))
    text = "".join("".join(row) for row in rows).encode()
    sizes = np.array([[len(cell.encode()) for cell in row] for row in rows], np.int32).reshape(-1, width)
    begins = (np.cumsum(sizes) - sizes.ravel()).astype(np.int32).reshape(-1, width)
    fields = Fields(tuple("abcd"[:width]), np.frombuffer(text, np.uint8), begins, sizes)

    sums, known_sums = np.zeros((2, len(rows)), np.uint64)
    reads = dict(read_fields(fields, kinds, sums))

    for column, texts in enumerate(fields.columns(range(width))):
        assert texts.to_pylist() == [row[column] for row in rows]
        cells = Cells.of(texts)
        add_in_column(known_sums, text_hashes(cells), column)
        known = read_cells(cells, kinds[column])
        np.testing.assert_array_equal(reads[column].values, known.values)
        assert reads[column].rest.to_pylist() == known.rest.to_pylist()
        assert (reads[column].zoned, reads[column].odd) == (known.zoned, known.odd)
    np.testing.assert_array_equal(sums, known_sums)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(*POOLS, ODD), min_size=1, max_size=30))
def test_what_reads_as_a_type_is_plausible(texts):
    cells = pa.array(texts)
    likely = plausible(Cells.of(cells))

    for kind in KINDS:
        assert not (literals.reads_as(cells, kind) & ~likely).any()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([-2.0, -0.0, 0.0, 1.5, 3.0, float("inf"), float("nan"), 7.25]),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 9),
)
def test_sorted_values_are_counted_like_counted_ones(values, keep):
    different, counts = np.unique(np.array(values) + 0.0, return_counts=True)
    plain, counted = Keys.of(np.array(values)), Keys.of(different, counts)

    assert (plain.distinct, plain.total) == (counted.distinct, counted.total)
    for one, other in zip(plain.top(keep), counted.top(keep), strict=True):
        np.testing.assert_array_equal(one, other)


def test_columns_and_blocks_of_a_typed_table_have_the_same_duplicates(tmp_path):
    rng = np.random.default_rng(5)
    table = pa.table(
        {
            "x": pa.array(rng.integers(0, 9, 500), mask=rng.random(500) < 0.1),
            "y": rng.choice(["a", "bb", "a longer text than eight bytes"], 500),
            "z": rng.choice([0.5, np.nan, 2.0], 500),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=70)
    rows = table.to_pandas()

    for dataset in (ArrowDataset(table), open_dataset(tmp_path / "t.parquet")):
        assert profile(dataset).duplicate_rows == rows.duplicated().sum()
    nested = table.append_column("parts", pa.array([{"a": 1, "b": 2}] * 500))
    pq.write_table(nested, tmp_path / "nested.parquet")
    assert profile(open_dataset(tmp_path / "nested.parquet")).duplicate_rows == rows.duplicated().sum()


def test_what_is_spooled_has_no_name(tmp_path, monkeypatch):
    """Nothing is left of it, however the process ends."""
    monkeypatch.setattr(spool, "BUDGET_BYTES", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = pa.table({"id": range(60_000), "code": [f"code-{i}" for i in range(60_000)]})
    seen = []

    profile(ArrowDataset(rows), progress=lambda fraction, stage: seen.extend(tmp_path.iterdir()))

    assert not seen


def test_room_in_the_file_is_used_again(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    values = np.arange(spool.EXTENT_BYTES // 4)
    with spool.Spools(budget_bytes=0) as spools:
        for _ in range(10):
            column = spools.open(np.int64)
            column.add(values)
            assert (column.load() == values).all()
            column.close()

        assert os.fstat(spools.file).st_size == values.nbytes


def test_columns_hold_no_more_in_memory_than_their_budget(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    values = np.arange(1_000)
    with spool.Spools(budget_bytes=100_000) as spools:
        columns = [spools.open(np.int64) for _ in range(5)]
        tracemalloc.start()
        for _ in range(200):
            for column in columns:
                column.add(values.copy())
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()

        assert [column.load().size for column in columns] == [200_000] * 5
    # 8 MB were added; the rest is on the disk.
    assert held < 200_000


def test_a_full_disk_is_told_with_what_to_do(tmp_path, monkeypatch):
    """/dev/full takes nothing, like a disk without room."""
    monkeypatch.setattr(spool, "BUDGET_BYTES", 0)
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: full)

        with pytest.raises(DiskFull, match="TMPDIR") as caught:
            profile(ArrowDataset(pa.table({"x": [1, 2]})))

    assert caught.value.code == "disk_full"


def test_columns_are_handed_on_as_they_finish(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    finished = []

    found = profile(open_dataset(path), on_column=finished.append)

    assert tuple(finished) == found.columns


def test_thousands_of_columns_are_profiled(tmp_path):
    names = [f"c{i}" for i in range(3_000)]
    path = tmp_path / "wide.csv"
    path.write_text(
        ",".join(names)
        + "\n"
        + "".join(",".join(str(i * row % 97) for i in range(3_000)) + "\n" for row in range(20))
    )
    found = profile(open_dataset(path))

    assert len(found.columns) == 3_000
    assert found.column("c7").maximum == max(7 * row % 97 for row in range(20))


@pytest.mark.parametrize("odd", [["007"], ["007", "+5"], ["-0", " 7", "007"]])
def test_a_column_on_the_border_of_codes_is_settled(tmp_path, monkeypatch, odd):
    """Whole numbers and one with leading zeros: codes if all digits are of one width, else numbers."""
    for name, value in {"HELD": 3, "ENOUGH_ROWS": 3}.items():
        monkeypatch.setattr(collector, name, value)
    for usual in (range(-99, -9), range(100, 190), range(-45, 45)):
        cells = [str(number) for number in usual] + odd
        path = tmp_path / "t.csv"
        path.write_text("id,x\n" + "".join(f"r{i},{cell}\n" for i, cell in enumerate(cells)))

        assert_agrees(profile(open_dataset(path)).column("x"), reference_profile(cells, frozenset(), None))
