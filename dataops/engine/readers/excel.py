"""Workbooks: one sheet, its header and rows found as in a text."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from dataops.engine.errors import BrokenData, NoRows, TooLarge, UnknownFormat
from dataops.engine.intake import Accounting, Detected, Dialect, Reject, SizeLimits
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers import layout
from dataops.engine.readers.archives import UNPACKING_ERRORS
from dataops.engine.readers.names import usable_names
from dataops.engine.readers.notation import rewrite
from dataops.engine.readers.texts import Row, as_text, text_blocks

ROWS_LOOKED_AT = 1000
_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_OLD = b"\xd0\xcf\x11\xe0"
# The name of the stream that holds an encrypted workbook, or the record of an old one after its first.
_LOCKED = re.compile(
    "EncryptedPackage".encode("utf-16-le")
    + rb"|\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
PASSWORD = "the workbook has a password; save it without one"  # noqa: S105 - what is said of it


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook: a ZIP archive with the parts of one, or one of before 2007."""
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            return True
        try:
            return zipfile.is_zipfile(file) and _holds_a_workbook(file)
        except (*UNPACKING_ERRORS, RuntimeError):  # damage or a password, which the reader of archives tells
            return False


def _holds_a_workbook(file: IO[bytes]) -> bool:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
            return archive.read("mimetype").startswith(_OPEN_DOCUMENT)
        return any(part in names for part in _PARTS)


class Sheet:
    """The rows of a sheet as text, made anew each time they are read; the sheet itself is held packed.

    ``length`` rows and ``width`` cells; the first row stands in row ``first`` of the sheet.
    """

    def __init__(self, sheet: CalamineSheet, most: int | None) -> None:
        self.name = sheet.name
        self._sheet = sheet
        self._empty = sheet.start[0] if sheet.start else 0
        self.first = self._empty + 1
        self.length = min(sheet.height, most or sheet.height) if sheet.start else 0
        self.width = sheet.width

    def rows(self, begin: int = 0) -> Iterator[Row]:
        shown = islice(self._sheet.iter_rows(), self._empty + begin, self._empty + self.length)
        return ([as_text(cell) or None for cell in cells[-self.width :]] for cells in shown)


class ExcelDataset:
    """One sheet of a workbook; ``rejects`` stays empty, as a sheet has as many cells in each row."""

    format = "excel"
    typed = False
    encoding = ""
    rejects: tuple[Reject, ...] = ()

    def __init__(self, sheet: Sheet, stored_bytes: int, dialect: Dialect, notes: tuple[str, ...]) -> None:
        self.sheet = sheet
        self.bytes = stored_bytes
        self.dialect = dialect
        self._begin = dialect.skip_records + dialect.records_of_header
        # Which rows hold anything is told by one pass; their text is not kept.
        self._filled = np.fromiter(map(any, sheet.rows()), bool, sheet.length)
        head = [row for row in _plain(islice(sheet.rows(dialect.skip_records), ROWS_LOOKED_AT)) if any(row)]
        header = layout.join_header(head[: dialect.header_records]) if dialect.header else []
        self.names, name_notes = usable_names(header, sheet.width)
        self.notes = (*name_notes, *notes) if dialect.header else ("there is no header row", *notes)
        self.accounting = Accounting()
        self._read = 0

    @property
    def fraction_read(self) -> float:
        return self._read / self.sheet.length

    def blocks(self) -> Iterator[pa.RecordBatch]:
        return (block for block, _ in self.numbered_blocks())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        """All rows with their numbers in the sheet. Raises NoRows when there are none."""
        loaded = 0
        for block, numbers in text_blocks(self._data_rows(), self.names):
            loaded += block.num_rows
            yield rewrite(block, self.dialect.notation), numbers
        if not loaded:
            raise NoRows("there are no rows below the header; upload a sheet with data")
        skip, headers = self.dialect.skip_records, self.dialect.records_of_header
        body = self._filled[self._begin :]
        filled = int(body.sum())
        footer = min(self.dialect.footer_records, filled)
        self.accounting = Accounting(self.sheet.length - headers, loaded, 0, len(body) - filled, skip, footer)

    def _data_rows(self) -> Iterator[tuple[int, Row]]:
        filled = self._begin + np.flatnonzero(self._filled[self._begin :])
        wanted = set(filled[: len(filled) - self.dialect.footer_records].tolist())
        for place, row in enumerate(self.sheet.rows(self._begin), start=self._begin):
            if place in wanted:
                self._read = place + 1
                yield self.sheet.first + place, row


def open_excel(path: Path, detected: Detected, limits: SizeLimits) -> ExcelDataset:
    """The chosen sheet, else the first that holds rows.

    Raises UnknownFormat for a sheet that is not there or a workbook with a password, BrokenData for a
    damaged one, NoRows for an empty one, TooLarge over a limit.
    """
    _refuse_bomb(path, limits)
    given = detected.dialect or Dialect()
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        chosen, names = _choose(workbook, given.sheet)
        sheet = Sheet(chosen, limits.first_records)
    except PasswordError as error:
        raise UnknownFormat(PASSWORD) from error
    except (CalamineError, OSError) as error:
        if _has_password(path):
            raise UnknownFormat(PASSWORD) from error
        raise BrokenData(f"the workbook is damaged or no workbook ({error}); save it again") from error
    except BaseException as error:
        # A panic of the library, which is written in Rust: no Exception, and it must not end a worker.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise BrokenData(f"the workbook is damaged ({error}); save it again") from error
    if not sheet.length:
        raise NoRows(f"sheet {sheet.name!r} is empty; upload a workbook with data")
    if sheet.width > limits.max_columns:
        raise TooLarge(f"{sheet.width:,} columns; at most {limits.max_columns:,} are read")
    others = [name for name in names if name != sheet.name]
    notes = (f"sheet {sheet.name!r} was read; there are others: {', '.join(others[:10])}",) if others else ()
    dialect = given if given != Dialect(sheet=given.sheet) else _layout_of(sheet)
    written = Dialect.from_dict(dialect.to_dict() | {"sheet": sheet.name})
    return ExcelDataset(sheet, path.stat().st_size, written, notes)


def _has_password(path: Path) -> bool:
    """Whether it is a locked workbook, which the library takes for no workbook without the name's ending."""
    with path.open("rb") as file:
        if file.read(len(_OLD)) != _OLD:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _LOCKED.search(content) is not None


def _choose(workbook: CalamineWorkbook, wanted: str) -> tuple[CalamineSheet, list[str]]:
    names = workbook.sheet_names
    if wanted and wanted not in names:
        raise UnknownFormat(f"there is no sheet {wanted!r}; the workbook has {', '.join(names)}")
    if wanted:
        return workbook.get_sheet_by_name(wanted), names
    sheets = [workbook.get_sheet_by_name(name) for name in names]
    return next((sheet for sheet in sheets if sheet.height), sheets[0]), names


def _layout_of(sheet: Sheet) -> Dialect:
    records = _plain(islice(sheet.rows(), ROWS_LOOKED_AT))
    filled = [_trimmed(record) for record in records]
    width = layout.table_width([record for record in filled if record])
    skipped = layout.preamble(filled, width) if width > 1 else next((i for i, r in enumerate(filled) if r), 0)
    table = [record for record in records[skipped:] if any(record)]
    header = layout.has_header(table)
    last = [record for record in _plain(sheet.rows(max(0, sheet.length - 20))) if any(record)]
    return Dialect(
        header=header,
        skip_records=skipped,
        header_records=layout.header_records(table) if header else 1,
        footer_records=layout.footer(last, width) if sheet.length > 20 or len(last) > 2 else 0,
    )


def _plain(rows: Iterable[Row]) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in rows]


def _trimmed(record: list[str]) -> list[str]:
    """Without the empty cells at the end: a sheet pads all of its rows to one width."""
    end = max((i + 1 for i, cell in enumerate(record) if cell), default=0)
    return record[:end]


def _refuse_bomb(path: Path, limits: SizeLimits) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > limits.max_sheet_bytes:
        is_look = limits.first_records is not None
        advice = "too large for a look, not for a check" if is_look else "save the sheet as CSV or Parquet"
        raise TooLarge(f"the workbook unpacks to {size:,} bytes, over {limits.max_sheet_bytes:,}; {advice}")
