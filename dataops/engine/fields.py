"""Records of text, cut into fields that were not copied yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.compiled import WORD, Bytes, Places, Words, compiled, words_of


@dataclass(frozen=True, slots=True)
class Fields:
    """Where each field begins in ``data`` and how many bytes it has; both of shape (rows, columns)."""

    names: tuple[str, ...]
    data: Bytes
    begins: Places
    lengths: Places

    def __post_init__(self) -> None:
        # Compiled loops are made for arrays of one kind.
        self.begins.setflags(write=False)
        self.lengths.setflags(write=False)

    @property
    def num_rows(self) -> int:
        return int(self.begins.shape[0])

    @property
    def words(self) -> Words:
        """The eight bytes from each place of ``data`` on, as a number."""
        return words_of(self.data)

    def columns(self, positions: Sequence[int]) -> list[pa.StringArray]:
        """The texts of some columns."""
        chosen = np.array(positions, np.int32)
        offsets = np.zeros((chosen.size, self.num_rows + 1), np.int32)
        _add_up(self.lengths, chosen, offsets)
        # The last word of a column may reach beyond it.
        bases = np.concatenate([[0], np.cumsum(offsets[:, -1].astype(np.int64) + WORD)])
        content = np.empty(int(bases[-1]), np.uint8)
        _copy(self.data, self.words, self.begins, chosen, offsets, bases, content, words_of(content))
        parts = zip(offsets, bases[:-1].tolist(), bases[1:].tolist(), strict=True)
        return [
            pa.StringArray.from_buffers(self.num_rows, pa.py_buffer(ends), pa.py_buffer(content[begin:end]))
            for ends, begin, end in parts
        ]

    def cells(self, column: int, rows: Places) -> pa.StringArray:
        """The texts of some rows of one column."""
        begins, lengths = self.begins[rows, column], self.lengths[rows, column]
        part = Fields(self.names[column : column + 1], self.data, begins[:, None], lengths[:, None])
        return part.columns([0])[0]

    def batch(self) -> pa.RecordBatch:
        """All of them."""
        return pa.record_batch(self.columns(range(len(self.names))), names=list(self.names))


@compiled
def _add_up(lengths: Places, columns: Places, offsets: Places) -> None:
    """Where the text of each field ends in its column."""
    for row in range(lengths.shape[0]):
        for place in range(columns.size):
            offsets[place, row + 1] = offsets[place, row] + lengths[row, columns[place]]


@compiled
def _copy(
    data: Bytes,
    words: Words,
    begins: Places,
    columns: Places,
    offsets: Places,
    bases: NDArray[np.int64],
    content: Bytes,
    content_words: Words,
) -> None:
    """The text of each field into its column, word by word: what is too much the next one writes over."""
    for row in range(begins.shape[0]):
        for place in range(columns.size):
            source = np.int64(begins[row, columns[place]])
            target = bases[place] + offsets[place, row]
            stop = bases[place] + offsets[place, row + 1]
            while target < stop and source < words.size:
                content_words[target] = words[source]
                source += WORD
                target += WORD
            while target < stop:
                content[target] = data[source]
                source += 1
                target += 1
