"""Tables in memory, and the few Arrow types the profiler has to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.errors import NoRows
from dataops.engine.intake import Accounting, Reject
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers.names import usable_names

BLOCK_ROWS = 131_072
# One column at a time takes less memory than all of them, and has less to gain from small blocks.
COLUMN_BLOCK_ROWS = 262_144


class ArrowDataset:
    """A table that is already typed, such as a window of logged predictions."""

    format = "arrow"
    typed = True
    encoding = ""
    dialect = None
    rejects: tuple[Reject, ...] = ()
    by_column = True

    def __init__(self, table: pa.Table | pa.RecordBatch) -> None:
        self.table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
        self.names, self.notes = usable_names(self.table.column_names, self.table.num_columns)
        self.bytes = int(self.table.nbytes)
        self.accounting = Accounting()
        self._rows_read = 0

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @property
    def fraction_read(self) -> float:
        return float(self._rows_read / max(self.table.num_rows, 1))

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows. Raises NoRows when there are none."""
        if not self.table.num_rows:
            raise NoRows("the table has no rows")
        self._rows_read = 0
        for batch in self.table.to_batches(max_chunksize=BLOCK_ROWS):
            self._rows_read += batch.num_rows
            yield simplify(batch, self.names)
        self.accounting = Accounting(self.table.num_rows, self._rows_read)

    def column_blocks(self, position: int) -> Iterator[pa.Array]:
        if not self.table.num_rows:
            raise NoRows("the table has no rows")
        for chunk in self.table.column(position).chunks:
            for start in range(0, len(chunk), COLUMN_BLOCK_ROWS):
                yield simple(chunk.slice(start, COLUMN_BLOCK_ROWS))
        self.accounting = Accounting(self.rows, self.rows)

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        return number_records(self.blocks())


def number_records(blocks: Iterable[pa.RecordBatch]) -> Iterator[NumberedBlock]:
    """Blocks of a file without lines, their rows numbered from 1."""
    first = 1
    for block in blocks:
        yield block, np.arange(first, first + block.num_rows)
        first += block.num_rows


def simplify(batch: pa.RecordBatch, names: tuple[str, ...]) -> pa.RecordBatch:
    """The batch in six types: int64, float64, bool, date32, timestamp[us], string.

    Categories are decoded, decimals become float64, and what has no order of its own (lists,
    structs, bytes) becomes its text.
    """
    return pa.record_batch([simple(column) for column in batch.columns], names=list(names))


def simple(column: pa.Array) -> pa.Array:
    """One column in these types."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return simple(column.dictionary_decode())
    if pa.types.is_uint64(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64(), safe=False)
    if pa.types.is_integer(kind):
        return pc.cast(column, pa.int64())
    if pa.types.is_timestamp(kind):
        return pc.cast(column, pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    if pa.types.is_date(kind):
        return pc.cast(column, pa.date32())
    if pa.types.is_boolean(kind):
        return column
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pc.cast(column, pa.string())
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    return pa.array(texts, pa.string())
