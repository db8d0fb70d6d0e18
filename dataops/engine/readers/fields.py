"""Cuts plain records into fields: delimiters, and quotes around whole fields with nothing to undo inside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from dataops.engine.compiled import WORD, Bytes, Places, Words, compiled, words_of
from dataops.engine.readers.records import Positions

_LINE_FEED, _CARRIAGE_RETURN = ord("\n"), ord("\r")
_NO_BYTE = 256


def cut_fields(
    data: bytes, starts: Positions, ends: Positions, names: Sequence[str], delimiter: str, quote: str
) -> pa.RecordBatch | None:
    """The records between ``starts`` and ``ends`` as a column of text for each name.

    None when a record has another number of fields, or a quote that is not one of two around a field
    without delimiters: that takes a real parser.
    """
    rows, columns = starts.size, len(names)
    buffer = np.frombuffer(data, np.uint8)
    delimiters = np.empty(rows * (columns - 1) + 1, np.int32)
    if _find(buffer, ord(delimiter), delimiters) != rows * (columns - 1):
        return None
    begins, offsets = np.empty((rows, columns), np.int32), np.zeros((columns, rows + 1), np.int32)
    sign = ord(quote) if quote else _NO_BYTE
    quoted = _cut(buffer, starts, ends, delimiters, sign, begins, offsets)
    if quoted < 0 or 2 * quoted != np.count_nonzero(buffer == sign):
        return None
    # The last word of a column may reach beyond it.
    bases = np.concatenate([[0], np.cumsum(offsets[:, -1].astype(np.int64) + WORD)])
    content = np.empty(int(bases[-1]), np.uint8)
    _copy(buffer, words_of(buffer), begins, offsets, bases, content, words_of(content))
    parts = zip(offsets, bases[:-1].tolist(), bases[1:].tolist(), strict=True)
    texts = [
        pa.StringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(content[begin:end]))
        for ends, begin, end in parts
    ]
    return pa.record_batch(texts, names=list(names))


@compiled
def _find(data: Bytes, sign: int, places: Places) -> int:
    """Puts the places of ``sign`` into ``places``, of which there should be one less; returns how many."""
    found, last = 0, places.size - 1
    for at in range(data.size):
        # Written in any case: a branch would be guessed wrongly once a field.
        places[min(found, last)] = at
        found += data[at] == sign
    return found


@compiled
def _cut(
    data: Bytes,
    starts: Positions,
    ends: Positions,
    delimiters: Places,
    quote: int,
    begins: Places,
    offsets: Places,
) -> int:
    """Where each field begins, and where its text ends in its column; returns how many are quoted, or -1."""
    rows, columns = begins.shape
    quoted = met = 0
    for row in range(rows):
        begin, stop = starts[row], ends[row]
        while stop > begin and (data[stop - 1] == _LINE_FEED or data[stop - 1] == _CARRIAGE_RETURN):
            stop -= 1
        if columns > 1 and not (begin <= delimiters[met] and delimiters[met + columns - 2] < stop):
            return -1
        for column in range(columns):
            end = stop
            if column < columns - 1:
                end = np.int64(delimiters[met])
                met += 1
            after = end + 1
            if begin < end and data[begin] == quote:
                if end - begin < 2 or data[end - 1] != quote:
                    return -1
                quoted += 1
                begin += 1
                end -= 1
            begins[row, column] = begin
            offsets[column, row + 1] = offsets[column, row] + (end - begin)
            begin = after
    return quoted


@compiled
def _copy(
    data: Bytes,
    words: Words,
    begins: Places,
    offsets: Places,
    bases: Positions,
    content: Bytes,
    content_words: Words,
) -> None:
    """The text of each field into its column, word by word: what is too much the next one writes over."""
    rows, columns = begins.shape
    for row in range(rows):
        for column in range(columns):
            source = np.int64(begins[row, column])
            target = bases[column] + offsets[column, row]
            stop = bases[column] + offsets[column, row + 1]
            while target < stop and source < words.size:
                content_words[target] = words[source]
                source += WORD
                target += WORD
            while target < stop:
                content[target] = data[source]
                source += 1
                target += 1
