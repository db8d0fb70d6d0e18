"""Where each row stands in its file: what people look for when they are told that a row is wrong."""

import csv
import io
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.intake import Dialect, SizeLimits
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.readers.csv import CsvDataset
from dataops.engine.readers.source import Source

# What may stand between two rows: nothing, blank lines, a record that does not fit the header.
noise = st.lists(st.sampled_from(["", "only one field", "a,b,c,d"]), max_size=3)
cells = st.text(st.sampled_from("ab, ;\"'\n\ré"), max_size=8)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


def numbered(dataset) -> list[tuple[int, dict]]:
    return [
        (int(number), row)
        for batch, numbers in dataset.numbered_blocks()
        for number, row in zip(numbers, batch.to_pylist(), strict=True)
    ]


def read(path, dialect, names) -> CsvDataset:
    return CsvDataset(Source(path, "", "utf-8", SizeLimits()), dialect, names)


def line_breaks(text: str) -> int:
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, noise), min_size=1, max_size=8),
    preamble=st.integers(0, 2),
    end=line_ends,
    chunk_bytes=st.integers(7, 60),
)
def test_rows_of_text_know_the_line_they_start_on(tmp_path_factory, rows, preamble, end, chunk_bytes):
    text = f"Report{end}" * preamble + f"id,note{end}"
    expected = []
    for index, (note, between) in enumerate(rows):
        expected.append((line_breaks(text) + 1, {"id": f"r{index}", "note": note}))
        written = io.StringIO()
        csv.writer(written, lineterminator=end, quoting=csv.QUOTE_ALL).writerow([f"r{index}", note])
        text += written.getvalue() + "".join(line + end for line in between)
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.encode())

    dataset = read(path, Dialect(skip_records=preamble), ("id", "note"))
    dataset.source.chunks = partial(dataset.source.chunks, chunk_bytes)

    assert numbered(dataset) == expected


def test_a_footer_and_an_open_quote_do_not_move_the_lines(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,x\n"open,2\n3,y\n4,z\nTotal,\n')
    dataset = read(path, Dialect(footer_records=1), ("a", "b"))

    assert [(line, row["a"]) for line, row in numbered(dataset)] == [(2, "1"), (4, "3"), (5, "4")]


def test_rows_without_lines_are_numbered_as_records(tmp_path):
    table = pa.table({"n": list(range(300_000))})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=70_000)

    for dataset in (ArrowDataset(table), open_dataset(tmp_path / "t.parquet")):
        numbers = [(int(n), row["n"]) for n, row in numbered(dataset)]
        assert numbers == [(n + 1, n) for n in range(300_000)]
