"""What cannot be a table is refused with a code, the reason and the mend."""

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataops.engine.errors import InspectionError, NoRows, UnreadableData
from dataops.engine.intake import Dialect, SizeLimits
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset, sniff, source
from dataops.engine.readers.detect import SAMPLE_BYTES

ROWS = b"".join(b"%d,name %d\n" % (i, i) for i in range(3000))
NOISE = bytes((i * i * 7 + i * 31) % 251 + 1 for i in range(5000))
PARQUET_CUT = b"PAR1" + NOISE

REFUSED = {
    "0 bytes": (b"", "empty_file", "upload it again"),
    "header alone": (b"a,b,c\n", "no_rows", "upload a file with data"),
    "one word": (b"hello", "no_rows", "upload a file with data"),
    "header above a megabyte of blank lines": (
        b"a,b\n" + b"\n" * SAMPLE_BYTES,
        "no_rows",
        "below the header",
    ),
    "blank lines": (b"\n\n\n", "no_rows", "only blank lines"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + NOISE, "unknown_format", "PNG image"),
    "PDF": (b"%PDF-1.7\n" + NOISE, "unknown_format", "PDF"),
    "workbook cut off": (b"PK\x03\x04" + NOISE, "broken_data", "ZIP archive is damaged"),
    "web page": (b"<!DOCTYPE html>\n<html><body>404", "unknown_format", "web page"),
    "JSON cut off": (b'[{"a": 1}, {"a": ', "broken_data", "JSON is damaged or cut off"),
    "JSON without a table": (b'{"a": {"b": 1}, \n"c": 2}', "unknown_format", "no array of objects"),
    "noise": (NOISE, "unknown_format", "binary data"),
    "noise with NUL": (bytes(range(256)) * 20, "unknown_format", "NUL"),
    "NUL far down": (b"a,b\n" + ROWS * 40 + b"1,\0\n", "broken_data", "is NUL"),
    "gzip cut early": (gzip.compress(b"a,b\n" + ROWS)[:100], "broken_data", "cut off"),
    "gzip cut late": (gzip.compress(b"a,b\n" + ROWS * 60)[:-20], "broken_data", "cut off"),
    "gzip damaged": (gzip.compress(b"a,b\n1,2\n")[:14] + b"\xff" * 20, "broken_data", "damaged"),
    "Parquet cut": (PARQUET_CUT, "broken_data", "Parquet file is damaged"),
    "no row fits": (b"a,b,c\n1,2\n3,4\n", "broken_data", "line 2: 2 fields, 3 expected"),
}


@pytest.mark.parametrize(("content", "code", "says"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_reason_and_mend(tmp_path, content, code, says):
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    with pytest.raises(InspectionError) as refusal:
        profile(open_dataset(path))

    assert refusal.value.code == code
    assert says in str(refusal.value)


def parquet_bytes(rows: int) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array(range(rows), pa.int64())}), buffer)
    return buffer.getvalue()


WITHOUT_ROWS = {
    "header alone": b"a,b,c\n",
    "header without line end": b"a,b,c",
    "header and blank lines": b"a,b,c\r\n\r\n\r\n",
    "header of two lines": b'a,"b\nc"\n',
    "blank lines": b"\n\n\n",
    "UTF-16": "a,b,c\n".encode("utf-16"),
    "gzip": gzip.compress(b"a,b,c\n"),
    "Parquet": parquet_bytes(0),
}


@pytest.mark.parametrize("content", WITHOUT_ROWS.values(), ids=WITHOUT_ROWS)
def test_a_file_without_rows_is_refused_before_it_is_opened(tmp_path, content):
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    with pytest.raises(NoRows, match="upload a file with data"):
        sniff(path)


WITH_ROWS = {
    "one row": b"a,b\n1,2",
    "one row of numbers": b"1,2\n",
    "a row that never ends": b'a,b\n1,"2\n',
    "a row beyond many blank lines": b"a,b\n" + b"\n" * 2000 + b"1,2\n",
    "a value too long to be sniffed": b"a,b\n1," + b"x" * 200_000,
    "Parquet": parquet_bytes(1),
}


@pytest.mark.parametrize("content", WITH_ROWS.values(), ids=WITH_ROWS)
def test_a_file_with_one_record_below_the_header_is_not(tmp_path, content):
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    assert sniff(path).format in ("csv", "parquet")


def test_a_line_alone_is_a_row_when_the_dialect_says_so(tmp_path):
    path = tmp_path / "upload.csv"
    path.write_bytes(b"paris,red\n")

    assert profile(open_dataset(path, dialect=Dialect(header=False))).rows == 1


LIMITS = {
    "decompression bomb": (
        gzip.compress(b"a,b\n" + b"1,2\n" * 10**6),
        SizeLimits(max_ratio=100),
        "decompression bombs",
    ),
    "bytes": (b"a,b\n" + ROWS, SizeLimits(max_bytes=1000), "more than 1,000 bytes"),
    "columns": (b"a,b,c\n1,2,3\n", SizeLimits(max_columns=2), "3 columns"),
    "endless line": (b"a,b\n1," + b"x" * 5000, SizeLimits(max_record_bytes=100), "line 2 is longer"),
}


@pytest.mark.parametrize(("content", "limits", "says"), LIMITS.values(), ids=LIMITS)
def test_over_a_limit_it_is_too_large(tmp_path, monkeypatch, content, limits, says):
    monkeypatch.setattr(source, "RATIO_APPLIES_FROM", 1 << 20)
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    with pytest.raises(InspectionError) as refusal:
        profile(open_dataset(path, limits=limits))

    assert refusal.value.code == "too_large"
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "fields",
    [{"delimiter": ""}, {"delimiter": "\n"}, {"quote": "x"}, {"skip_records": -1}, {"separator": ","}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_dialect_no_parser_could_follow_is_refused(fields):
    with pytest.raises(InspectionError) as refusal:
        Dialect.from_dict(fields)

    assert refusal.value.code == "invalid_plan"


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("ab1\"',;:|\t\n\r .\ufeffé-"), max_size=120).map(str.encode),
        st.text(max_size=80).map(lambda text: text.encode("utf-16")),
        st.binary(max_size=60).map(gzip.compress),
        st.binary(max_size=60).map(b"PAR1".__add__),
    )
)
@example(b'"\r:')
def test_any_bytes_are_profiled_in_full_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "upload.csv"
    path.write_bytes(content)
    try:
        dataset = open_dataset(path)
        found = profile(dataset)
    except UnreadableData:
        return
    assert dataset.accounting.balanced
    assert all(c.missing + c.invalid + c.valid == found.rows == c.rows for c in found.columns)
