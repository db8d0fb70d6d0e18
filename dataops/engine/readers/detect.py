"""What a file is, by its content and never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataops.engine.errors import BrokenData, EmptyData, NoRows, UnknownFormat
from dataops.engine.intake import MEBIBYTE, Detected, Dialect
from dataops.engine.readers.archives import archive_of
from dataops.engine.readers.encoding import BOMS, detect_encoding
from dataops.engine.readers.excel import is_workbook
from dataops.engine.readers.json import json_kind
from dataops.engine.readers.marks import mark_of, one_character
from dataops.engine.readers.odd_text import oddities, refuse_answer_of_a_service, refuse_other_text
from dataops.engine.readers.parquet import DAMAGED, NO_ROWS
from dataops.engine.readers.records import find_records
from dataops.engine.readers.sniffer import sniff_dialect
from dataops.engine.readers.source import open_stream, read_piece

SAMPLE_BYTES = MEBIBYTE
TAIL_BYTES = 32 * 1024

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"SQLite format 3": "an SQLite database",
    b"FEA1": "a Feather file of version 1",
    b"PK\x03\x04": "an archive in an archive",
    b"\xd0\xcf\x11\xe0": "an Office document that is no workbook",
}


def sniff(path: Path, dialect: Dialect | Mapping[str, Any] | None = None) -> Detected:
    """Recognise the file at ``path``; ``dialect`` overrides what is found, field by field.

    A ``Dialect`` gives all of its fields, a mapping the ones it names. Raises EmptyData for no bytes,
    UnknownFormat for what is no table we read, BrokenData for an archive that cannot be unpacked or
    a Parquet file without its footer, NoRows for a Parquet file, or a text no longer than the
    sample, that has none, InvalidPlan for a dialect that cannot be.
    """
    given = dialect.to_dict() if isinstance(dialect, Dialect) else dict(dialect or {})
    Dialect.from_dict(given)
    member = given.get("member", "")
    compression, sample = read_sample(path, member)
    if not sample:
        raise EmptyData("the file is empty (0 bytes); upload it again")
    if found := _by_magic(path, sample, compression):
        sheet = Dialect(sheet=given.get("sheet", "")) if found == "excel" else None
        return Detected(found, compression, member=member, dialect=_merged(sheet, given))
    _refuse_foreign(sample)
    encoding, confidence = (given["encoding"], 1.0) if given.get("encoding") else detect_encoding(sample)
    text = decode_sample(sample, encoding)
    if found := json_kind(text):
        refuse_answer_of_a_service(text)
        return Detected(found, compression, encoding, confidence, member=member)
    refuse_other_text(text)
    tail = "" if compression else _tail(path, encoding)
    sniffed = {name: value for name, value in given.items() if name not in ("encoding", "confidence")}
    chosen, notes = sniff_dialect(text, tail, sniffed)
    if given.get("encoding"):
        chosen = replace(chosen, encoding=encoding)
    if len(sample) < SAMPLE_BYTES:
        _refuse_text_without_rows(text, chosen)
    return Detected("csv", compression, encoding, confidence, chosen, member, (*notes, *oddities(text)))


def _merged(found: Dialect | None, given: Mapping[str, Any]) -> Dialect | None:
    return found and Dialect.from_dict(found.to_dict() | dict(given))


def _by_magic(path: Path, sample: bytes, compression: str) -> str:
    """Format of a file that is not text, by its first bytes; "" for others."""
    if sample.startswith(b"PAR1"):
        if not compression:
            _refuse_parquet_without_rows(path)
        return "parquet"
    if sample.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    return "excel" if sample.startswith(_WORKBOOKS) and (compression or is_workbook(path)) else ""


def read_sample(path: Path, member: str = "") -> tuple[str, bytes]:
    """Compression and first megabyte, unpacked, of the file at ``path``."""
    with path.open("rb") as file:
        beginning = file.read(8)
        compression = "" if is_workbook(path) else archive_of(beginning)
        file.seek(0)
        stream = open_stream(file, compression, member)
        pieces: list[bytes] = []
        while (left := SAMPLE_BYTES - sum(len(piece) for piece in pieces)) and (
            piece := read_piece(stream, left, compression)
        ):
            pieces.append(piece)
        return compression, b"".join(pieces)


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
    records = find_records(one_character(data, dialect), mark_of(dialect), dialect.quote, dialect.escape)
    if not records.ends.size or records.ends[-1] < len(data):
        return
    if records.blank.all():
        raise NoRows("there are only blank lines; upload a file with data")
    filled = (~records.blank[dialect.skip_records :]).sum()
    if filled <= dialect.records_of_header + dialect.footer_records:
        raise NoRows("there are no rows below the header; upload a file with data")


def _refuse_foreign(sample: bytes) -> None:
    for magic, name in _FOREIGN.items():
        if sample.startswith(magic):
            raise UnknownFormat(f"this is {name}, whatever its name says; save the table as CSV or Parquet")
