"""JSON as a table: an array of objects, an object that holds one, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataops.engine.errors import NoRows, TooLarge
from dataops.engine.intake import REJECT_TEXT, REJECTS_KEPT, Accounting, Detected, Reject, SizeLimits
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers.json_values import objects_of
from dataops.engine.readers.names import usable_names
from dataops.engine.readers.source import Source
from dataops.engine.readers.texts import Row, as_text, text_blocks

_BEGINS = re.compile(r'\s*(\{\s*("(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(\{|\]))')
_NO_OBJECT = object()


def json_kind(text: str) -> str:
    """ "ndjson" or "json" for a text that begins so, else ""."""
    match = _BEGINS.match(text)
    if not match:
        return ""
    if text.lstrip().startswith("["):
        return "json"
    first = text.lstrip().split("\n", 1)[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    rest = text.lstrip()[len(first) :].strip()
    return "ndjson" if rest or not any(isinstance(v, list) for v in json.loads(first).values()) else "json"


class JsonDataset:
    """Objects as rows: a column for each key, in the order they are met; nested values are JSON text.

    The keys are gathered in a first pass. Places are lines of one-object-a-line files, else records.
    """

    typed = False
    dialect = None

    def __init__(self, source: Source, kind: str, notes: tuple[str, ...]) -> None:
        self.format = kind
        self.source = source
        self.encoding = source.encoding
        self.bytes = source.stored_bytes
        self.accounting = Accounting()
        self.rejects: tuple[Reject, ...] = ()
        self._account = Accounting()
        self._keys = tuple(dict.fromkeys(key for _, record in self._records() for key in record))
        if not self._keys:
            raise NoRows(self._why_no_rows())
        if len(self._keys) > source.limits.max_columns:
            raise TooLarge(f"{len(self._keys):,} columns; at most {source.limits.max_columns:,} are read")
        self.names, name_notes = usable_names(self._keys, len(self._keys))
        self.notes = (*name_notes, *notes)

    @property
    def unreadable_bytes(self) -> int:
        return self.source.replaced

    @property
    def fraction_read(self) -> float:
        return min(self.source.stored_bytes_read / self.bytes, 1.0)

    def blocks(self) -> Iterator[pa.RecordBatch]:
        return (block for block, _ in self.numbered_blocks())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        loaded = 0
        for block, numbers in text_blocks(self._rows(), self.names):
            loaded += block.num_rows
            yield block, numbers
        account = self._account
        self.accounting = Accounting(account.records, loaded, account.rejected, account.blank)

    def _rows(self) -> Iterator[tuple[int, Row]]:
        for number, record in self._records():
            yield number, [as_text(record.get(key)) for key in self._keys]

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        records = self._lines() if self.format == "ndjson" else self._objects()
        return islice(records, self.source.limits.first_records)

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Objects of the array; elements that are none are rejected."""
        rejects: list[Reject] = []
        number = rejected = 0
        for number, value in enumerate(objects_of(self.source), start=1):
            if isinstance(value, dict):
                yield number, value
                continue
            rejected += 1
            if len(rejects) < REJECTS_KEPT:
                rejects.append(Reject(number, "no object", json.dumps(value)[:REJECT_TEXT]))
        self._account = Accounting(number, number - rejected, rejected)
        self.rejects = tuple(rejects)

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        rejects: list[Reject] = []
        number = loaded = blank = rejected = 0
        offset = 0
        for number, line in enumerate(_split_lines(self.source), start=1):
            text = self.source.mended(line.decode("utf-8", "surrogateescape")).strip()
            value = _object(text) if text else _NO_OBJECT
            if not text:
                blank += 1
            elif isinstance(value, dict):
                loaded += 1
                yield number, value
            else:
                rejected += 1
                if len(rejects) < REJECTS_KEPT:
                    place = offset + self.source.mark_bytes if self.source.keeps_bytes else None
                    rejects.append(Reject(number, "no JSON object", text[:REJECT_TEXT], place))
            offset += len(line)
        self._account = Accounting(number, loaded, rejected, blank)
        self.rejects = tuple(rejects)

    def _why_no_rows(self) -> str:
        if self.rejects:
            first = self.rejects[0]
            return f"no line or element is a JSON object with keys; {first.line}: {first.reason}"
        return "there are no objects in it; upload JSON with data"


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _split_lines(source: Source) -> Iterator[bytes]:
    rest = b""
    for chunk in source.chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > source.limits.max_record_bytes:
            raise TooLarge(f"a line is longer than {source.limits.max_record_bytes:,} bytes")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def open_json(path: Path, detected: Detected, limits: SizeLimits) -> JsonDataset:
    """Raises BrokenData for text that is no JSON, NoRows without objects, TooLarge over a limit."""
    source = Source(path, detected.compression, detected.encoding, limits, detected.member)
    return JsonDataset(source, detected.format, detected.notes)
