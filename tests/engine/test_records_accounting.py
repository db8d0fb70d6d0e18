"""Every record of a file is loaded or told of; records are counted apart from the parser."""

import csv
import gzip
import io
from functools import partial

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataops.engine.errors import UnreadableData
from dataops.engine.intake import Detected, Dialect, SizeLimits
from dataops.engine.profilers import profile
from dataops.engine.readers import csv as csv_reader
from dataops.engine.readers import open_dataset
from dataops.engine.readers.fields import cut_fields
from dataops.engine.readers.records import find_records

cells = st.text(st.sampled_from("ab1,;\"'\n\r é"), max_size=6)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])
# Anything at all that is made of the characters a parser trips over.
raw_texts = st.text(st.sampled_from('a,"\n\r '), min_size=1, max_size=60)


def read(path, content, dialect, chunk_bytes=1 << 20):
    path.write_bytes(content)
    dataset = csv_reader.open_csv(path, Detected("csv", encoding="utf-8", dialect=dialect), SizeLimits())
    dataset.source.chunks = partial(dataset.source.chunks, chunk_bytes)
    rows = [tuple(row.values()) for batch in dataset.blocks() for row in batch.to_pylist()]
    return dataset, rows


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12), end=line_ends)
def test_what_was_written_is_read_back(tmp_path_factory, rows, end):
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["x", "y", "z"], *rows])

    dataset, loaded = read(tmp_path_factory.mktemp("csv") / "t.csv", text.getvalue().encode(), Dialect())

    assert loaded == [tuple(row) for row in rows]
    assert dataset.accounting.balanced
    assert dataset.accounting.records == len(rows)


@settings(max_examples=300, deadline=None)
@given(raw_texts)
@example('a,"\n\n"a\n,,\n')
@example('""a"\n"\n')
def test_the_account_balances_whatever_the_bytes(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    try:
        dataset, rows = read(path, ("a,b\n" + text).encode(), Dialect())
    except UnreadableData:
        return
    assert dataset.accounting.balanced
    assert dataset.accounting.loaded == len(rows)


@settings(max_examples=200, deadline=None)
@given(raw_texts)
def test_records_end_where_pythons_own_parser_ends_them(text):
    """The csv module is the second implementation; its quirk of raising on a bare CR is left out."""
    text = text.replace("\r", "") + "\n"
    ends = find_records(text.encode(), ",", '"').ends
    closed = text[: ends[-1]] if ends.size else ""

    assert ends.size == len(list(csv.reader(io.StringIO(closed, newline=""))))


tables = st.integers(1, 12).flatmap(
    lambda columns: st.lists(
        st.lists(st.text("ab", max_size=9), min_size=columns, max_size=columns).map(",".join), min_size=1
    ).map("\n".join)
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(raw_texts, tables, st.text(st.sampled_from('ab,"\n'), min_size=1)), st.sampled_from(["", '"'])
)
def test_what_is_cut_without_a_parser_is_what_arrow_parses(text, quote):
    data = (text + "\n").encode()
    names = [str(place) for place in range(data[: data.index(b"\n")].count(b",") + 1)]
    records = find_records(data, ",", quote)
    filled = ~records.blank
    cut = cut_fields(data, records.starts[filled], records.ends[filled], names, ",", quote)
    if cut is None or not cut.num_rows:
        return
    parsed = pyarrow.csv.read_csv(
        io.BytesIO(data),
        pyarrow.csv.ReadOptions(use_threads=False, column_names=names),
        pyarrow.csv.ParseOptions(quote_char=quote or False, newlines_in_values=True),
        pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    assert cut.batch().to_pylist() == parsed.to_pylist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('1,a\r\n"2","b\nc"\r\n', [("1", "a"), ("2", "b\nc")]),
        ('"",\n-,"x" \n', None),
        ('1,a longer text than a word\n,""\n', [("1", "a longer text than a word"), ("", "")]),
        ('1,"a ""b"""\n', None),
        ('1,"a,b"\n', None),
        ("1,2,3\n4\n", None),
        ('1,5" pipe\n', None),
    ],
)
def test_plain_records_need_no_parser_and_others_get_one(text, rows):
    records = find_records(text.encode(), ",", '"')
    cut = cut_fields(text.encode(), records.starts, records.ends, ["x", "y"], ",", '"')

    assert rows == (cut and [tuple(row.values()) for row in cut.batch().to_pylist()])


@settings(max_examples=200, deadline=None)
@given(raw_texts, st.integers(1, 9), st.integers(0, 2), st.integers(0, 2))
def test_a_file_read_in_small_pieces_is_the_same_file(tmp_path_factory, text, size, skipped, footer):
    path, content = tmp_path_factory.mktemp("csv") / "t.csv", b"\n" * skipped + b"a,b\n" + text.encode()
    dialect = Dialect(skip_records=skipped, footer_records=footer)
    try:
        whole, rows = read(path, content, dialect)
    except UnreadableData as refusal:
        with pytest.raises(type(refusal)):
            read(path, content, dialect, size)
        return
    pieces, same_rows = read(path, content, dialect, size)

    assert whole.accounting.balanced
    assert same_rows == rows
    assert (pieces.accounting, pieces.rejects) == (whole.accounting, whole.rejects)


def test_every_record_of_a_dirty_file_has_its_place(tmp_path):
    text = 'x,y\r\n1,"a\r\nb"\r\n\r\n2,5" pipe\r\n3\r\n"4","""q"""\r\nTotal rows: 4\r\n'
    dataset, rows = read(tmp_path / "t.csv", text.encode(), Dialect(footer_records=1), chunk_bytes=7)

    assert rows == [("1", "a\r\nb"), ("2", '5" pipe'), ("4", '"q"')]
    account = dataset.accounting
    assert (account.records, account.loaded, account.rejected) == (6, 3, 1)
    assert (account.blank, account.preamble, account.footer) == (1, 0, 1)
    assert [(reject.line, reject.text) for reject in dataset.rejects] == [(6, "3")]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    dataset, rows = read(tmp_path / "t.csv", b'x,y\n1,a\n2,"b\n3,c\n', Dialect())

    assert rows == [("1", "a"), ("3", "c")]
    (reject,) = dataset.rejects
    assert (reject.line, reject.text) == (3, '2,"b')
    assert "never ends" in reject.reason
    assert dataset.accounting.balanced


def test_preamble_blank_lines_and_footer_are_accounted_for(tmp_path):
    path = tmp_path / "t.csv"
    body = "".join(f"{i},name {i}\n" for i in range(30))
    path.write_text(f"Sales report\n\nid,name\n{body}\nTotal rows: 30\n")
    dataset = open_dataset(path)
    found = profile(dataset)

    account = dataset.accounting
    assert (found.rows, account.preamble, account.blank, account.footer) == (30, 2, 1, 1)
    assert account.balanced


def test_gzip_is_read_through(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))

    assert profile(open_dataset(path)).rows == 2


def test_stray_bytes_in_utf_8_are_read_as_windows_1252_and_told(tmp_path):
    dataset, rows = read(tmp_path / "t.csv", b"x,y\n1,caf\xe9\n2,caf\xc3\xa9\n", Dialect())

    assert [row[1] for row in rows] == ["café", "café"]
    assert dataset.notes == ("bytes that are not UTF-8 and were read as Windows-1252: 1",)
