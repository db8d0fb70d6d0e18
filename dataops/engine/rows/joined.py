"""Parts of one table, read one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import pyarrow as pa

from dataops.engine.errors import InvalidPlan
from dataops.engine.intake import Accounting, Reject
from dataops.engine.protocols import Dataset, NumberedBlock

OpenPart = Callable[[], AbstractContextManager[Dataset]]


class Joined:
    """The columns ``names`` of datasets that are each opened when they are read, and closed after.

    Raises InvalidPlan when a part lacks one of them. Row numbers are those of the parts, so that
    several rows may have one.
    """

    format, encoding, dialect, typed = "joined", "", None, False
    bytes = 0
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    fraction_read = 0.0

    def __init__(self, names: Sequence[str], parts: Sequence[OpenPart]) -> None:
        self.names = tuple(names)
        self.parts = parts
        self.accounting = Accounting()

    def blocks(self) -> Iterator[pa.RecordBatch]:
        return (block for block, _ in self.numbered_blocks())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        for done, part in enumerate(self.parts):
            self.fraction_read = done / len(self.parts)
            with part() as dataset:
                if lacking := [name for name in self.names if name not in dataset.names]:
                    raise InvalidPlan(f"a part has no column {lacking[0]!r}")
                for block, numbers in dataset.numbered_blocks():
                    yield block.select(list(self.names)), numbers
