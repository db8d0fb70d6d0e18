"""Parquet files: typed, columnar, with the row count in the footer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataops.engine.errors import BrokenData, NoRows, TooLarge
from dataops.engine.intake import Accounting, Detected, Reject, SizeLimits
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers.arrow import BLOCK_ROWS, COLUMN_BLOCK_ROWS, number_records, simple, simplify
from dataops.engine.readers.names import usable_names

DAMAGED = "the Parquet file is damaged or cut off ({}); upload the complete file again"
NO_ROWS = "the Parquet file has no rows; upload a file with data"


class ParquetDataset:
    """A Parquet file; its own row count is what the loaded rows are checked against."""

    format = "parquet"
    typed = True
    encoding = ""
    dialect = None
    rejects: tuple[Reject, ...] = ()

    def __init__(self, path: Path, file: pq.ParquetFile, stored_bytes: int) -> None:
        self.path = path
        self.file = file
        self.bytes = stored_bytes
        self.rows: int = file.metadata.num_rows
        self.names, self.notes = usable_names(file.schema_arrow.names, len(file.schema_arrow.names))
        self.accounting = Accounting()
        self._rows_read = 0

    @property
    def fraction_read(self) -> float:
        return self._rows_read / max(self.rows, 1)

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows. Raises NoRows when there are none, BrokenData at damaged pages."""
        if not self.rows:
            raise NoRows(NO_ROWS)
        self._rows_read = 0
        try:
            for batch in self.file.iter_batches(batch_size=BLOCK_ROWS):
                self._rows_read += batch.num_rows
                yield simplify(batch, self.names)
        except (pa.ArrowInvalid, OSError) as error:
            raise BrokenData(DAMAGED.format(error)) from error
        self.accounting = Accounting(self.rows, self._rows_read)

    @property
    def by_column(self) -> bool:
        """Names find columns only where they are all different, and columns have no parts."""
        names = self.file.schema_arrow.names
        return bool(len(set(names)) == len(names) == self.file.metadata.num_columns)

    def column_blocks(self, position: int) -> Iterator[pa.Array]:
        if not self.rows:
            raise NoRows(NO_ROWS)
        rows = 0
        try:
            # Each reader has a file of its own: one is not to be shared between threads.
            with pq.ParquetFile(self.path, metadata=self.file.metadata) as file:
                name = self.file.schema_arrow.names[position]
                for batch in file.iter_batches(COLUMN_BLOCK_ROWS, columns=[name], use_threads=False):
                    rows += batch.num_rows
                    yield simple(batch.column(0))
        except (pa.ArrowInvalid, OSError) as error:
            raise BrokenData(DAMAGED.format(error)) from error
        self.accounting = Accounting(self.rows, rows)

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        return number_records(self.blocks())


def open_parquet(path: Path, detected: Detected, limits: SizeLimits) -> ParquetDataset:
    """Raises BrokenData for an unreadable footer, TooLarge over a limit."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BrokenData(DAMAGED.format(error)) from error
    unpacked = sum(file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups))
    if unpacked > limits.max_bytes:
        raise TooLarge(f"{unpacked:,} bytes of data; at most {limits.max_bytes:,} are read. Split the file")
    if file.metadata.num_columns > limits.max_columns:
        raise TooLarge(f"{file.metadata.num_columns:,} columns; at most {limits.max_columns:,} are read")
    return ParquetDataset(path, file, path.stat().st_size)
