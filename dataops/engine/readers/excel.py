"""Workbooks: one sheet, its header and rows found as in a text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from dataops.engine.errors import BrokenData, NoRows, TooLarge, UnknownFormat
from dataops.engine.intake import Accounting, Detected, Dialect, Reject, SizeLimits
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers import layout
from dataops.engine.readers.names import usable_names
from dataops.engine.readers.notation import rewrite
from dataops.engine.readers.texts import Row, as_text, text_blocks

ROWS_LOOKED_AT = 1000
_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook: a ZIP archive with the parts of one, or one of before 2007."""
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            return True
        if not zipfile.is_zipfile(file):
            return False
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return archive.read("mimetype").startswith(_OPEN_DOCUMENT)
            return any(part in names for part in _PARTS)


class ExcelDataset:
    """One sheet of a workbook; ``rejects`` stays empty, as a sheet has as many cells in each row."""

    format = "excel"
    typed = False
    encoding = ""
    rejects: tuple[Reject, ...] = ()

    def __init__(
        self, rows: list[Row], stored_bytes: int, dialect: Dialect, first: int, notes: tuple[str, ...]
    ) -> None:
        """``rows`` are all of the sheet, the first of them in row number ``first``."""
        self.rows = rows
        self.bytes = stored_bytes
        self.dialect = dialect
        table = [row for row in _plain(rows[dialect.skip_records :]) if any(row)]
        header = layout.join_header(table[: dialect.header_records]) if dialect.header else []
        self.names, name_notes = usable_names(header, max(map(len, rows)))
        self.notes = (*name_notes, *notes) if dialect.header else ("there is no header row", *notes)
        self.accounting = Accounting()
        self._first = first
        self._read = 0

    @property
    def fraction_read(self) -> float:
        return self._read / len(self.rows)

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
        body = self.rows[skip + headers :]
        blank = sum(not any(row) for row in body)
        footer = min(self.dialect.footer_records, len(body) - blank)
        self.accounting = Accounting(len(self.rows) - headers, loaded, 0, blank, skip, footer)

    def _data_rows(self) -> Iterator[tuple[int, Row]]:
        start = self.dialect.skip_records + self.dialect.records_of_header
        filled = [i for i in range(start, len(self.rows)) if any(self.rows[i])]
        for place in filled[: len(filled) - self.dialect.footer_records]:
            self._read = place + 1
            yield self._first + place, self.rows[place]


def open_excel(path: Path, detected: Detected, limits: SizeLimits) -> ExcelDataset:
    """The chosen sheet, else the first that holds rows.

    Raises UnknownFormat for a sheet that is not there or a workbook with a password, BrokenData for a
    damaged one, NoRows for an empty one, TooLarge over a limit.
    """
    _refuse_bomb(path, limits)
    given = detected.dialect or Dialect()
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet, names = _choose(workbook, given.sheet)
        rows = [[as_text(cell) or None for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    except PasswordError as error:
        raise UnknownFormat("the workbook has a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise BrokenData(f"the workbook is damaged or no workbook ({error}); save it again") from error
    if not rows:
        raise NoRows(f"sheet {sheet.name!r} is empty; upload a workbook with data")
    if len(rows[0]) > limits.max_columns:
        raise TooLarge(f"{len(rows[0]):,} columns; at most {limits.max_columns:,} are read")
    others = [name for name in names if name != sheet.name]
    notes = (f"sheet {sheet.name!r} was read; there are others: {', '.join(others[:10])}",) if others else ()
    dialect = given if given != Dialect(sheet=given.sheet) else _layout_of(rows)
    first = (sheet.start or (0, 0))[0] + 1
    written = Dialect.from_dict(dialect.to_dict() | {"sheet": sheet.name})
    return ExcelDataset(rows, path.stat().st_size, written, first, notes)


def _choose(workbook: CalamineWorkbook, wanted: str) -> tuple[CalamineSheet, list[str]]:
    names = workbook.sheet_names
    if wanted and wanted not in names:
        raise UnknownFormat(f"there is no sheet {wanted!r}; the workbook has {', '.join(names)}")
    if wanted:
        return workbook.get_sheet_by_name(wanted), names
    sheets = [workbook.get_sheet_by_name(name) for name in names]
    return next((sheet for sheet in sheets if sheet.height), sheets[0]), names


def _layout_of(rows: Sequence[Row]) -> Dialect:
    records = _plain(rows[:ROWS_LOOKED_AT])
    filled = [_trimmed(record) for record in records]
    width = layout.table_width([record for record in filled if record])
    skipped = layout.preamble(filled, width) if width > 1 else next((i for i, r in enumerate(filled) if r), 0)
    table = [record for record in records[skipped:] if any(record)]
    header = layout.has_header(table)
    last = [record for record in _plain(rows[-20:]) if any(record)]
    return Dialect(
        header=header,
        skip_records=skipped,
        header_records=layout.header_records(table) if header else 1,
        footer_records=layout.footer(last, width) if len(rows) > 20 or len(last) > 2 else 0,
    )


def _plain(rows: Sequence[Row]) -> list[list[str]]:
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
        raise TooLarge(f"the workbook unpacks to {size:,} bytes; save the sheet as CSV or Parquet")
