"""What ideas look at: a profile, and the typed rows it is of (or an even share of them)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from math import ceil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profilers import MissingPolicy
from dataops.engine.protocols import Dataset, Progress
from dataops.engine.rows.cells import read_cells

ROWS = 100_000
FEWEST = 30
"""Fewer rows than this prove nothing."""

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


class View:
    """The columns of a table as codes, counts and numbers, each made when it is first asked for.

    ``table`` has the columns of ``profile`` by name; ``at`` is when the data was taken in.
    """

    def __init__(self, profile: Profile, table: pa.Table, at: datetime | None = None) -> None:
        self.profile, self.table, self.at = profile, table, at
        self._coded: dict[str, tuple[Codes, pa.Array]] = {}

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def columns(self) -> tuple[ColumnProfile, ...]:
        return tuple(column for column in self.profile.columns if column.present)

    def coded(self, name: str) -> tuple[Codes, pa.Array]:
        """Values as numbers from 0, -1 for none, shape (rows,); and the distinct values."""
        if name not in self._coded:
            encoded = self.table.column(name).combine_chunks().dictionary_encode()
            codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
            self._coded[name] = codes, encoded.dictionary
        return self._coded[name]

    def counts(self, name: str) -> tuple[list[str], Codes]:
        """Distinct values as text and how often each occurs."""
        texts, counts = self.weighed(name)
        return texts.to_pylist(), counts

    def weighed(self, name: str) -> tuple[pa.StringArray, Codes]:
        """The same, as an array."""
        codes, values = self.coded(name)
        texts = values if pa.types.is_string(values.type) else pc.cast(values, pa.string())
        return texts, np.bincount(codes[codes >= 0], minlength=len(values))

    def numbers(self, name: str) -> Floats:
        """Numbers, or seconds since 1970, NaN for none; shape (rows,)."""
        found = self.table.column(name).combine_chunks()
        if pa.types.is_date(found.type):
            found = pc.cast(found, pa.timestamp("s"))
        if pa.types.is_timestamp(found.type):
            found = pc.cast(pc.cast(found, pa.timestamp("s"), safe=False), pa.int64())
        values: Floats = pc.cast(found, pa.float64(), safe=False).fill_null(np.nan).to_numpy()
        return values


def read_evenly(
    dataset: Dataset, profile: Profile, policy: MissingPolicy, progress: Progress, rows: int = ROWS
) -> pa.Table:
    """Every n-th row, so that at most ``rows`` are kept and all parts of the data have their say.

    Cells have the types of the profile; those that are missing or do not read as them are NULL.
    """
    step, seen, parts = max(1, ceil(profile.rows / rows)), 0, []
    for block in dataset.blocks():
        first = -seen % step
        seen += block.num_rows
        taken = block.take(pa.array(np.arange(first, block.num_rows, step)))
        cells: Sequence[pa.Array] = [
            read_cells(taken.column(i), column.type, policy.of(column.name))[0]
            for i, column in enumerate(profile.columns)
        ]
        parts.append(pa.table(list(cells), names=list(profile.names)))
        progress(dataset.fraction_read, "reading rows")
    return pa.concat_tables(parts) if parts else pa.table({})


def split(table: pa.Table, seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """Two halves by lot, the same ones every time."""
    first = np.random.default_rng(seed).permutation(table.num_rows) % 2 == 0
    return table.filter(pa.array(first)), table.filter(pa.array(~first))
