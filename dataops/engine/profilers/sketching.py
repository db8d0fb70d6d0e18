"""Sketches of a dataset whose profile is known, in a second pass over its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.profile import ColumnProfile, DistinctSketch, NumberSketch, Profile, Sketches
from dataops.engine.profilers.literals import parse, reads_as
from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.protocols import Dataset
from dataops.engine.types import ColumnType

_BETWEEN, _NULL = "\x1f", "\x00"
_SCALES = {ColumnType.DATE: 86_400.0, ColumnType.DATETIME: 1e-6}


def with_sketches(profile: Profile, dataset: Dataset, missing: MissingPolicy) -> Profile:
    """The profile with what makes it mergeable: reads the dataset again, as what the profile says it is."""
    makers = [_Maker(column, missing.of(column.name)) for column in profile.columns]
    rows = DistinctSketch.of([])
    for batch in dataset.blocks():
        for maker, cells in zip(makers, batch.columns, strict=True):
            maker.add(cells)
        rows = rows.merge(DistinctSketch.of(pc.unique(_row_texts(batch)).to_pylist()))
    columns = tuple(
        replace(column, sketches=maker.sketches)
        for column, maker in zip(profile.columns, makers, strict=True)
    )
    return replace(profile, columns=columns, rows_sketch=rows)


class _Maker:
    """Collects one column, block by block."""

    def __init__(self, column: ColumnProfile, missing: MissingPolicy) -> None:
        self.kind, self.missing = column.type, missing
        has_numbers = column.type.is_numeric or column.type.is_temporal
        self.sketches = Sketches(DistinctSketch.of([]), NumberSketch.of([]) if has_numbers else None)

    def add(self, cells: pa.Array) -> None:
        cells = cells.drop_null()
        if pa.types.is_string(cells.type):
            cells = cells.filter(pa.array(~self.missing.mask(cells)))
        numbers = None
        if self.sketches.numbers is not None:
            keys = self._keys(cells)
            x = keys.astype(np.float64) * _SCALES.get(self.kind, 1.0)
            numbers = NumberSketch.of([x[np.isfinite(x)]])
        self.sketches = self.sketches.merge(Sketches(DistinctSketch.of(self._different(cells)), numbers))

    def _keys(self, cells: pa.Array) -> np.ndarray:
        """Values that read as the type: whole or decimal numbers, days, microseconds."""
        if pa.types.is_string(cells.type):
            return parse(cells.filter(pa.array(reads_as(cells, self.kind))), self.kind)
        if self.kind.is_temporal:
            cells = cells.cast(pa.int32()) if pa.types.is_date(cells.type) else cells
            return np.asarray(cells.cast(pa.int64()).to_numpy())
        target = pa.int64() if self.kind is ColumnType.INTEGER else pa.float64()
        return np.asarray(pc.cast(cells, target).to_numpy())

    def _different(self, cells: pa.Array) -> Iterator[str | int | float]:
        """Values as themselves, those that do not read as the type as text."""
        if self.sketches.numbers is not None:
            yield from np.unique(self._keys(cells)).tolist()
            if pa.types.is_string(cells.type):
                yield from pc.unique(cells.filter(pa.array(~reads_as(cells, self.kind)))).to_pylist()
        elif pa.types.is_string(cells.type) and self.kind is ColumnType.BOOLEAN:
            yield from pc.unique(pc.utf8_lower(pc.utf8_trim_whitespace(cells))).to_pylist()
        else:
            yield from pc.unique(pc.cast(cells, pa.string())).to_pylist()


def _row_texts(batch: pa.RecordBatch) -> pa.StringArray:
    """Rows as texts; cells are told apart by a sign that hardly occurs, and NULL from the empty text."""
    cells = [pc.fill_null(pc.cast(column, pa.string()), _NULL) for column in batch.columns]
    return pc.binary_join_element_wise(*cells, _BETWEEN)
