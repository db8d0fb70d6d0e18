"""Some rows of a dataset, as a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.protocols import Dataset, NumberedBlock

# Of the whole, and so of a part. How else the whole can be read (column by column, say) is not for a part.
_SHARED = {
    *("format", "encoding", "dialect", "names", "bytes", "typed", "fraction_read"),
    *("accounting", "rejects", "notes"),
}


class Subset:
    """The rows of ``dataset`` whose numbers (rising) are in ``numbers``, written as they are there."""

    def __init__(self, dataset: Dataset, numbers: NDArray[np.int64]) -> None:
        self.dataset = dataset
        self.numbers = numbers

    def __getattr__(self, name: str) -> Any:
        if name not in _SHARED:
            raise AttributeError(f"a part of a dataset has no {name}")
        return getattr(self.dataset, name)

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """Also the empty ones: a part without rows has columns all the same."""
        return (block for block, _ in self.numbered_blocks())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        for block, numbers in self.dataset.numbered_blocks():
            kept = np.isin(numbers, self.numbers, assume_unique=True)
            yield block.filter(pa.array(kept)), numbers[kept]
