"""Reference data that comes with an artifact: any table the product reads, with types."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.apart.jobs import StoredFile
from dataops.engine.errors import InspectionError, TooLarge
from dataops.web import apart
from models_registry.services.errors import NotAccepted
from models_registry.services.missing import without_missing

MOST_ROWS = 500_000
TRUTHS = ["true", "false", "True", "False", "TRUE", "FALSE"]


def read_reference(path: Path) -> pa.Table:
    """The table of a file: numbers as float64 or int64, truth values, and all else as text.

    Raises what the readers raise, TooLarge above half a million rows.
    """
    dataset = apart.Rows(StoredFile(path))
    batches, rows = [], 0
    for batch in dataset.blocks():
        batches.append(batch)
        rows += batch.num_rows
        if rows > MOST_ROWS:
            raise TooLarge(f"The reference data has more than {MOST_ROWS:,} rows; send a sample of it.")
    table = pa.Table.from_batches(batches)
    columns = {name: _typed(table.column(name)) for name in table.column_names}
    return pa.table(columns)


def split_target(table: pa.Table, target: str) -> tuple[pa.Table, list[object] | None]:
    """The features, and the values of the column of truth when it is named. Raises NotAccepted."""
    if not target:
        return table, None
    if target not in table.column_names:
        raise NotAccepted(
            f"The reference data has no column {target!r}; it has {', '.join(table.column_names[:20])}."
        )
    return table.drop_columns([target]), table.column(target).to_pylist()


def _typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_boolean(kind):
        return column
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.if_else(pc.is_nan(column.cast(pa.float64())), None, column.cast(pa.float64()))
    return _read(column.cast(pa.string()))


def _read(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of which every present cell is a number or a truth value as that."""
    present = without_missing(text)
    if present.null_count == len(present):
        return present.cast(pa.float64())
    if pc.all(pc.is_in(present.drop_null(), value_set=pa.array(TRUTHS))).as_py():
        return pc.utf8_lower(present).cast(pa.bool_())
    for kind in (pa.int64(), pa.float64()):
        try:
            return present.cast(kind)
        except (pa.ArrowInvalid, InspectionError):
            continue
    return present
