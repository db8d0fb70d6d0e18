"""Files and tables as datasets: rows in blocks, with an account of every record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dataops.engine.intake import Accounting, Detected, Dialect, Reject, SizeLimits
from dataops.engine.protocols import Dataset, Reader
from dataops.engine.readers.arrow import ArrowDataset
from dataops.engine.readers.csv import open_csv
from dataops.engine.readers.detect import sniff
from dataops.engine.readers.excel import open_excel
from dataops.engine.readers.ipc import open_ipc
from dataops.engine.readers.json import open_json
from dataops.engine.readers.parquet import open_parquet
from dataops.engine.readers.preview import (
    RECORDS_LOOKED_AT,
    SHEET_BYTES_LOOKED_AT,
    Preview,
    preview_of,
)
from dataops.engine.readers.unpacked import unpacked
from dataops.engine.registry import Registry

__all__ = [
    "READERS",
    "Accounting",
    "ArrowDataset",
    "Detected",
    "Dialect",
    "FileReader",
    "Preview",
    "Reject",
    "SizeLimits",
    "open_dataset",
    "preview",
    "sniff",
]


@dataclass(frozen=True, slots=True)
class FileReader:
    """How one detected format is opened."""

    key: str
    label: str
    open: Callable[[Path, Detected, SizeLimits], Dataset]


READERS: Registry[Reader] = Registry("reader")
READERS.register(FileReader("csv", "Delimited text", open_csv))
READERS.register(FileReader("parquet", "Apache Parquet", unpacked(open_parquet)))
READERS.register(FileReader("json", "JSON (array of objects, or an object with one)", open_json))
READERS.register(FileReader("ndjson", "JSON, one object a line", open_json))
READERS.register(
    FileReader("excel", "Excel workbook (.xlsx, .xlsb, .xls) or OpenDocument sheet", unpacked(open_excel))
)
READERS.register(FileReader("arrow", "Apache Arrow (IPC file or stream, Feather)", unpacked(open_ipc)))


def open_dataset(
    path: Path | str,
    *,
    dialect: Dialect | Mapping[str, Any] | None = None,
    limits: SizeLimits | None = None,
) -> Dataset:
    """The table in the file at ``path``, recognised by content.

    ``dialect`` overrides what is found: a ``Dialect`` all of it, a mapping the fields it names.

    Raises UnreadableData (see ``dataops.engine.errors``) when there is no table to read.
    """
    path = Path(path)
    return _open(path, sniff(path, dialect), limits)


def preview(
    path: Path | str,
    *,
    dialect: Dialect | Mapping[str, Any] | None = None,
    limits: SizeLimits | None = None,
) -> Preview:
    """The first rows of the file at ``path``, read as ``open_dataset`` would, but no further than needed.

    Raises what ``sniff`` raises; that the rows themselves cannot be read is told in the preview.
    """
    path = Path(path)
    detected = sniff(path, dialect)
    few = replace(
        limits or SizeLimits(), first_records=RECORDS_LOOKED_AT, max_sheet_bytes=SHEET_BYTES_LOOKED_AT
    )
    return preview_of(detected, lambda: _open(path, detected, few))


def _open(path: Path, detected: Detected, limits: SizeLimits | None) -> Dataset:
    return READERS[detected.format].open(path, detected, limits or SizeLimits())
