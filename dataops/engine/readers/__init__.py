"""Files and tables as datasets: rows in blocks, with an account of every record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dataops.engine.intake import Accounting, Detected, Dialect, Reject, SizeLimits
from dataops.engine.protocols import Dataset, Reader
from dataops.engine.readers.arrow import ArrowDataset
from dataops.engine.readers.csv import open_csv
from dataops.engine.readers.detect import sniff
from dataops.engine.readers.parquet import open_parquet
from dataops.engine.registry import Registry

__all__ = [
    "READERS",
    "Accounting",
    "ArrowDataset",
    "Detected",
    "Dialect",
    "FileReader",
    "Reject",
    "SizeLimits",
    "open_dataset",
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
READERS.register(FileReader("parquet", "Apache Parquet", open_parquet))


def open_dataset(
    path: Path | str, *, dialect: Dialect | None = None, limits: SizeLimits | None = None
) -> Dataset:
    """The table in the file at ``path``, recognised by content; ``dialect`` overrides the sniffed one.

    Raises UnreadableData (see ``dataops.engine.errors``) when there is no table to read.
    """
    path = Path(path)
    detected = sniff(path, dialect)
    return READERS[detected.format].open(path, detected, limits or SizeLimits())
