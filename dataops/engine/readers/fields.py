"""Cuts plain records into fields: delimiters, and quotes around whole fields with nothing to undo inside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dataops.engine.compiled import (
    WORD,
    Bytes,
    Places,
    Words,
    compiled,
    equal_bytes,
    first_byte,
    inlined,
    words_of,
)
from dataops.engine.fields import Fields
from dataops.engine.readers.records import Positions

_LINE_FEED, _CARRIAGE_RETURN = ord("\n"), ord("\r")
_NO_BYTE = 256


def cut_fields(
    data: bytes, starts: Positions, ends: Positions, names: Sequence[str], delimiter: str, quote: str
) -> Fields | None:
    """The records between ``starts`` and ``ends``, a field for each name.

    None when a record has another number of fields, or a quote that is not one of two around a field
    without delimiters: that takes a real parser.
    """
    buffer = np.frombuffer(data, np.uint8)
    begins, lengths = np.empty((2, starts.size, len(names)), np.int32)
    sign = ord(quote) if quote else _NO_BYTE
    quoted = _cut(buffer, words_of(buffer), starts, ends, ord(delimiter), sign, begins, lengths)
    quotes = np.count_nonzero(buffer == sign) if quote and quote.encode() in data else 0
    return Fields(tuple(names), buffer, begins, lengths) if 2 * quoted == quotes else None


@compiled
def _cut(
    data: Bytes,
    words: Words,
    starts: Positions,
    ends: Positions,
    delimiter: int,
    quote: int,
    begins: Places,
    lengths: Places,
) -> int:
    """Where each field begins and how long it is; returns how many are quoted, or -1."""
    rows, columns = begins.shape
    quoted = 0
    for row in range(rows):
        begin, stop = starts[row], ends[row]
        while stop > begin and (data[stop - 1] == _LINE_FEED or data[stop - 1] == _CARRIAGE_RETURN):
            stop -= 1
        for column in range(columns):
            end = _next(data, words, delimiter, begin, stop)
            if (end == stop) != (column == columns - 1):
                return -1
            after = end + 1
            if begin < end and data[begin] == quote:
                if end - begin < 2 or data[end - 1] != quote:
                    return -1
                quoted += 1
                begin += 1
                end -= 1
            begins[row, column] = begin
            lengths[row, column] = end - begin
            begin = after
    return quoted


@inlined
def _next(data: Bytes, words: Words, sign: int, at: int, stop: int) -> int:
    """The first place of ``sign`` from ``at`` on, or ``stop``."""
    while at < stop:
        if at < words.size:
            marks = equal_bytes(words[at], sign)
            if marks:
                place = at + first_byte(marks)
                return place if place < stop else stop
            at += WORD
        elif data[at] == sign:
            return at
        else:
            at += 1
    return stop
