"""What a file is, by its content and never by its name."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataops.engine.errors import BrokenData, EmptyData, NoRows, UnknownFormat
from dataops.engine.intake import MEBIBYTE, Detected, Dialect
from dataops.engine.readers.encoding import BOMS, detect_encoding
from dataops.engine.readers.parquet import DAMAGED, NO_ROWS
from dataops.engine.readers.records import find_records
from dataops.engine.readers.sniffer import sniff_dialect

SAMPLE_BYTES = MEBIBYTE
TAIL_BYTES = 32 * 1024

_FOREIGN = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
}
_HTML = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
_JSON = re.compile(r'\s*(\{\s*("[^"]*"\s*:|\})|\[\s*(\{|\[|\]|"[^"]*"\s*[,\]]|-?\d[\d.]*\s*[,\]]))')
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1b]")


def sniff(path: Path, dialect: Dialect | None = None) -> Detected:
    """Recognise the file at ``path``; ``dialect`` overrides the one found in a text.

    Raises EmptyData for no bytes, UnknownFormat for what is no table we read, BrokenData for an
    archive that cannot be unpacked or a Parquet file without its footer, NoRows for a Parquet file,
    or a text no longer than the sample, that has none.
    """
    compression, sample = read_sample(path)
    if not sample:
        raise EmptyData("the file is empty (0 bytes); upload it again")
    if sample.startswith(b"PAR1") and not compression:
        _refuse_parquet_without_rows(path)
        return Detected("parquet")
    _refuse_foreign(sample)
    encoding, confidence = detect_encoding(sample)
    text = decode_sample(sample, encoding)
    _refuse_other_text(text)
    tail = "" if compression else _tail(path, encoding)
    dialect = dialect or sniff_dialect(text, tail)
    if len(sample) < SAMPLE_BYTES:
        _refuse_text_without_rows(text, dialect)
    return Detected("csv", compression, encoding, confidence, dialect)


def read_sample(path: Path) -> tuple[str, bytes]:
    """Compression and first megabyte, unpacked, of the file at ``path``."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(0)
            return "", file.read(SAMPLE_BYTES)
        file.seek(0)
        try:
            return "gzip", gzip.GzipFile(fileobj=file).read(SAMPLE_BYTES)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BrokenData(
                f"the gzip archive is damaged or cut off ({error}); upload the complete file again"
            ) from error


def decode_sample(sample: bytes, encoding: str) -> str:
    return sample.removeprefix(BOMS.get(encoding, b"")).decode(encoding, "replace")


def _tail(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        start = max(path.stat().st_size - TAIL_BYTES, 0)
        # Two-byte encodings need an even start; the first, partial record is dropped by the sniffer.
        file.seek(start - start % 2)
        return file.read().decode(encoding, "replace")


def _refuse_parquet_without_rows(path: Path) -> None:
    try:
        rows = pq.read_metadata(path).num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise BrokenData(DAMAGED.format(error)) from error
    if not rows:
        raise NoRows(NO_ROWS)


def _refuse_text_without_rows(text: str, dialect: Dialect) -> None:
    """``text`` is the whole file. A record whose quote never closes is left to the reader's account."""
    # Surrogates cannot be encoded strictly; what stands in their place does not matter here.
    data = text.encode("utf-8", "replace") + b"\n"
    records = find_records(data, dialect.delimiter, dialect.quote)
    if not records.ends.size or records.ends[-1] < len(data):
        return
    if records.blank.all():
        raise NoRows("there are only blank lines; upload a file with data")
    filled = (~records.blank[dialect.skip_records :]).sum()
    if filled <= dialect.header + dialect.footer_records:
        raise NoRows("there are no rows below the header; upload a file with data")


def _refuse_foreign(sample: bytes) -> None:
    for magic, name in _FOREIGN.items():
        if sample.startswith(magic):
            raise UnknownFormat(f"this is {name}, whatever its name says; save the table as CSV or Parquet")


def _refuse_other_text(text: str) -> None:
    if "\0" in text:
        raise UnknownFormat(
            f"character {text.index(chr(0)) + 1} is a NUL byte: this is binary data, not a table in text form"
        )
    if _HTML.match(text):
        raise UnknownFormat("this is a web page or XML; download the table itself, as CSV or Parquet")
    if _JSON.match(text):
        raise UnknownFormat("this is JSON; save the table as CSV or Parquet")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise UnknownFormat("this is binary data, not a table in text form; save the table as CSV or Parquet")
