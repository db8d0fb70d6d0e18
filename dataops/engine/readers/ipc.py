"""Arrow IPC: files (Feather version 2) and streams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from dataops.engine.errors import BrokenData, NoRows, TooLarge
from dataops.engine.intake import Accounting, Detected, Reject, SizeLimits
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers.arrow import BLOCK_ROWS, number_records, simplify
from dataops.engine.readers.names import usable_names

FILE_MAGIC = b"ARROW1"
DAMAGED = "the Arrow file is damaged or cut off ({}); upload the complete file again"


class IpcDataset:
    """Record batches of an Arrow file; they are counted once apart from being loaded."""

    format = "arrow"
    typed = True
    encoding = ""
    dialect = None
    rejects: tuple[Reject, ...] = ()

    def __init__(self, path: Path, limits: SizeLimits) -> None:
        self.path = path
        self.bytes = path.stat().st_size
        with path.open("rb") as file:
            self._is_file = file.read(6) == FILE_MAGIC
        self.rows = unpacked_bytes = 0
        fields: list[str] = []
        for batch in self._batches(check=True):
            fields = batch.schema.names
            self.rows += batch.num_rows
            unpacked_bytes += batch.nbytes
            if unpacked_bytes > limits.max_bytes:
                raise TooLarge(f"more than {limits.max_bytes:,} bytes of data; split the file")
        if not self.rows:
            raise NoRows("the Arrow file has no rows; upload a file with data")
        if len(fields) > limits.max_columns:
            raise TooLarge(f"{len(fields):,} columns; at most {limits.max_columns:,} are read")
        self.names, self.notes = usable_names(fields, len(fields))
        self.accounting = Accounting()
        self._rows_read = 0

    @property
    def fraction_read(self) -> float:
        return self._rows_read / self.rows

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows. Raises BrokenData at damaged batches."""
        self._rows_read = 0
        for batch in self._batches():
            for start in range(0, batch.num_rows, BLOCK_ROWS):
                part = batch.slice(start, BLOCK_ROWS)
                self._rows_read += part.num_rows
                yield simplify(part, self.names)
        self.accounting = Accounting(self.rows, self._rows_read)

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        return number_records(self.blocks())

    def _batches(self, *, check: bool = False) -> Iterator[pa.RecordBatch]:
        """``check``: that offsets stay inside and texts are texts, since Arrow itself trusts the file."""
        try:
            with pa.memory_map(str(self.path)) as source:
                for batch in self._stored(source):
                    if check:
                        batch.validate(full=True)
                    yield batch
        except (pa.ArrowException, OSError) as error:
            raise BrokenData(DAMAGED.format(error)) from error

    def _stored(self, source: pa.NativeFile) -> Iterator[pa.RecordBatch]:
        if self._is_file:
            with pa.ipc.open_file(source) as reader:
                yield from map(reader.get_batch, range(reader.num_record_batches))
        else:
            with pa.ipc.open_stream(source) as stream:
                yield from stream


def open_ipc(path: Path, detected: Detected, limits: SizeLimits) -> IpcDataset:
    """Raises BrokenData for what is no whole Arrow file, NoRows, and TooLarge over a limit."""
    return IpcDataset(path, limits)
