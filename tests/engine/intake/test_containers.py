"""The same table in every format and every archive, under a name that says nothing."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataops.engine.errors import InspectionError
from dataops.engine.intake import SizeLimits
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset, source
from tests.engine.intake.workbooks import binary_workbook, open_document, workbook

ROWS = [(i, f"name {i}", i * 1.5, date(2026, 1, 1) + timedelta(i)) for i in range(1, 51)]
NAMES = ("id", "name", "amount", "day")
CSV = ("\n".join([",".join(NAMES)] + [f"{i},{n},{a},{d}" for i, n, a, d in ROWS]) + "\n").encode()
OBJECTS = [dict(zip(NAMES, (i, n, a, str(d)), strict=True)) for i, n, a, d in ROWS]
TABLE = pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)})

DATA = Path(__file__).parents[2] / "data"
OLD_WORKBOOK = (DATA / "libreoffice.xls").read_bytes()
"""As LibreOffice writes it, with the sheets empty, data (the table) and kinds."""


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(TABLE, buffer)
    return buffer.getvalue()


def arrow(make) -> bytes:
    buffer = io.BytesIO()
    with make(buffer, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=20)
    return buffer.getvalue()


def zstd(content: bytes) -> bytes:
    return pa.compress(content, "zstd", asbytes=True)


WRITTEN = {
    "CSV": CSV,
    "gzip": gzip.compress(CSV),
    "Zstandard": zstd(CSV),
    "bzip2": bz2.compress(CSV),
    "xz": lzma.compress(CSV),
    "ZIP": zipped(table=CSV),
    "ZIP with what macOS adds": zipped(**{"t.csv": CSV, "__MACOSX/._t.csv": b"x"}),
    "Parquet": parquet(),
    "Parquet in gzip": gzip.compress(parquet()),
    "Arrow file": arrow(pa.ipc.new_file),
    "Arrow stream": arrow(pa.ipc.new_stream),
    "Arrow in Zstandard": zstd(arrow(pa.ipc.new_file)),
    "JSON array": json.dumps(OBJECTS).encode(),
    "JSON array, indented": json.dumps(OBJECTS, indent=2).encode(),
    "JSON object with one array": json.dumps({"meta": {"n": 50}, "rows": OBJECTS}).encode(),
    "JSON object with one array, indented": json.dumps({"rows": OBJECTS}, indent=1).encode(),
    "NDJSON": "\n".join(map(json.dumps, OBJECTS)).encode(),
    "NDJSON in xz, UTF-16": lzma.compress("\n".join(map(json.dumps, OBJECTS)).encode("utf-16")),
    "workbook": workbook({"data": [NAMES, *ROWS]}),
    "OpenDocument sheet": open_document([NAMES, *ROWS]),
    "workbook in ZIP": zipped(**{"book.xlsx": workbook({"data": [NAMES, *ROWS]})}),
    "workbook with preamble and footer": workbook(
        {"data": [["Sales"], [], NAMES, *ROWS, ["Total", None, 1912.5]]}
    ),
    "workbook of before 2007": OLD_WORKBOOK,
    "binary workbook": binary_workbook({"empty": [], "data": [NAMES, *ROWS]}),
    "workbook whose second sheet is filled": workbook({"empty": [], "data": [NAMES, *ROWS]}),
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_the_same_table_is_read(tmp_path, content):
    path = tmp_path / "misnamed.csv"
    path.write_bytes(content)
    dataset = open_dataset(path)
    found = profile(dataset)

    assert (found.names, found.rows) == (NAMES, 50)
    assert [str(column.type) for column in found.columns] == ["integer", "text", "float", "date"]
    assert [column.distinct for column in found.columns] == [50, 50, 50, 50]
    assert dataset.accounting.balanced
    assert dataset.accounting.loaded == 50


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_rows_are_numbered_and_read_again_alike(tmp_path, content):
    path = tmp_path / "t"
    path.write_bytes(content)
    dataset = open_dataset(path)
    first, second = (
        [(block.to_pylist(), numbers.tolist()) for block, numbers in dataset.numbered_blocks()] for _ in "12"
    )
    numbers = [number for _, part in first for number in part]

    assert first == second
    assert len(numbers) == 50
    assert numbers == list(range(numbers[0], numbers[0] + 50))


BROKEN = {
    "several members": (zipped(a=CSV, b=CSV), "unknown_format", "2 files: a, b"),
    "no member": (zipped(), "unknown_format", "binary data"),
    "ZIP cut off": (zipped(a=CSV)[:-30], "broken_data", "ZIP archive is damaged"),
    "Zstandard cut off": (zstd(CSV * 50)[:-20], "broken_data", "cut off"),
    "bzip2 cut off": (bz2.compress(CSV)[:-20], "broken_data", "cut off"),
    "xz cut off": (lzma.compress(CSV)[:-20], "broken_data", "cut off"),
    "Arrow cut off": (arrow(pa.ipc.new_file)[:-20], "broken_data", "Arrow file is damaged"),
    "workbook cut off": (workbook({"d": [NAMES, *ROWS]})[:-200], "broken_data", "damaged"),
    "Office document of before 2007": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "broken_data",
        "no workbook",
    ),
    "workbook of before 2007 cut off": (OLD_WORKBOOK[:4000], "broken_data", "damaged"),
    "binary workbook with a damaged part": (
        zipped(**{"xl/workbook.bin": b"\x83\x01\x00", "xl/styles.bin": b"\xe9\x04\x00"}),
        "broken_data",
        "damaged",
    ),
    "workbook with a password": ((DATA / "locked.xlsx").read_bytes(), "unknown_format", "has a password"),
    "workbook of before 2007 with a password": (
        OLD_WORKBOOK.replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1),
        "unknown_format",
        "has a password",
    ),
    "empty workbook": (workbook({"d": []}), "no_rows", "is empty"),
    "empty binary workbook": (binary_workbook({"d": []}), "no_rows", "is empty"),
    "workbook with a header alone": (workbook({"d": [NAMES]}), "no_rows", "no rows below the header"),
    "empty JSON array": (b"[]", "no_rows", "no objects"),
    "two tables in one JSON": (
        b'{"a": [{"x": 1}],\n "b": [{"y": 1}]}',
        "unknown_format",
        "several tables: a, b",
    ),
    "JSON cut off": (json.dumps(OBJECTS).encode()[:-50], "broken_data", "cut off"),
    "archive in an archive": (gzip.compress(zipped(a=CSV)), "broken_data", "no workbook"),
}


@pytest.mark.parametrize(("content", "code", "says"), BROKEN.values(), ids=BROKEN)
def test_what_is_damaged_or_ambiguous_is_refused_with_the_reason(tmp_path, content, code, says):
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    with pytest.raises(InspectionError) as refusal:
        profile(open_dataset(path))
    assert refusal.value.code == code
    assert says in str(refusal.value)


def test_a_member_and_a_sheet_can_be_chosen(tmp_path):
    path = tmp_path / "t"
    path.write_bytes(zipped(**{"a.csv": b"x,y\n1,2\n", "b.csv": CSV}))
    assert profile(open_dataset(path, dialect={"member": "b.csv"})).rows == 50

    path.write_bytes(workbook({"first": [["a", "b"], [1, 2]], "second": [NAMES, *ROWS]}))
    dataset = open_dataset(path, dialect={"sheet": "second"})
    assert profile(dataset).rows == 50
    assert dataset.dialect.sheet == "second"
    with pytest.raises(InspectionError, match="the workbook has first, second"):
        open_dataset(path, dialect={"sheet": "third"})


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd, lambda c: zipped(a=c)])
def test_a_bomb_is_stopped_while_it_grows(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(source, "RATIO_APPLIES_FROM", 1 << 20)
    path = tmp_path / "t"
    path.write_bytes(pack(b"a,b\n" + b"1,2\n" * 5_000_000))

    with pytest.raises(InspectionError) as refusal:
        profile(open_dataset(path, limits=SizeLimits(max_ratio=100)))
    assert refusal.value.code == "too_large"


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path):
    path = tmp_path / "t"
    path.write_bytes(workbook({"d": [NAMES, *ROWS]}))

    with pytest.raises(InspectionError, match="the workbook unpacks to"):
        open_dataset(path, limits=SizeLimits(max_sheet_bytes=1000))


def test_lines_that_are_no_json_objects_are_rejected_with_their_place(tmp_path):
    path = tmp_path / "t"
    path.write_bytes(b'{"a": 1}\n\nnot json\n{"a": 2, "b": null}\n[1]\n')
    dataset = open_dataset(path)
    found = profile(dataset)

    assert (found.names, found.rows) == (("a", "b"), 2)
    assert [(r.line, r.offset, r.text) for r in dataset.rejects] == [(3, 10, "not json"), (5, 39, "[1]")]
    assert (dataset.accounting.records, dataset.accounting.blank, dataset.accounting.rejected) == (5, 1, 2)
    assert dataset.accounting.balanced


def test_values_of_json_and_sheets_keep_what_they_say(tmp_path):
    path = tmp_path / "t"
    big = "123456789012345678901234"
    path.write_text(f'[{{"id": {big}, "zip": "01234", "ok": true, "tags": ["a", {{"b": 1}}], "x": NaN}}]')
    row = next(open_dataset(path).blocks()).to_pylist()[0]
    assert row == {"id": big, "zip": "01234", "ok": "true", "tags": '["a", {"b": 1}]', "x": "nan"}

    path.write_bytes(workbook({"d": [["n", "ref", "ok", "day"], [7, "x", True, date(2026, 2, 3)], [8.5]]}))
    rows = next(open_dataset(path).blocks()).to_pylist()
    assert rows[0] == {"n": "7", "ref": "x", "ok": "true", "day": "2026-02-03"}
    assert rows[1] == {"n": "8.5", "ref": "", "ok": "", "day": ""}

    path.write_bytes(OLD_WORKBOOK)
    rows = next(open_dataset(path, dialect={"sheet": "kinds"}).blocks()).to_pylist()
    whole = {"ok": "1", "zip": "01234", "big": "123456789012", "sum": "0.1"}
    assert rows[0] == {"seen": "2026-02-03 12:30:00"} | whole
    assert rows[1]["seen"] == "1999-12-31 23:59:00"
