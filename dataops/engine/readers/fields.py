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
    count_bytes,
    equal_bytes,
    first_byte,
    inlined,
    words_of,
)
from dataops.engine.fields import Fields
from dataops.engine.readers.records import Positions

_LINE_FEED, _CARRIAGE_RETURN = ord("\n"), ord("\r")
_NO_BYTE = 256
_ONE, _TOP = np.uint64(1), np.uint64(0x80)


def cut_fields(
    data: bytes, starts: Positions, ends: Positions, names: Sequence[str], delimiter: str, quote: str
) -> Fields | None:
    """The records between ``starts`` and ``ends``, a field for each name.

    None when a record has another number of fields, or a quote that is not one of two around a field
    without delimiters: that takes a real parser.
    """
    buffer = np.frombuffer(data, np.uint8)
    sign = ord(quote) if quote and quote.encode() in data else _NO_BYTE
    shape = (starts.size, len(names))
    begins = np.empty(shape, np.int32)
    places = np.empty(begins.size + 1, np.int32)
    if not _find_ends(buffer, words_of(buffer), starts, ends, ord(delimiter), len(names), places):
        return None
    lengths = places[:-1].reshape(shape)
    quoted = _measure(buffer, starts, sign, begins, lengths)
    quotes = np.count_nonzero(buffer == sign) if sign != _NO_BYTE else 0
    return Fields(tuple(names), buffer, begins, lengths) if 2 * quoted == quotes else None


@compiled
def _find_ends(
    data: Bytes,
    words: Words,
    starts: Positions,
    ends: Positions,
    delimiter: int,
    columns: int,
    places: Places,
) -> bool:
    """Where each field ends, record after record; False when one has another number of fields.

    The first two of a word are written before it is known whether there are any: to ask would take longer,
    and what is too much the next word writes over. ``places`` has one more than there are fields.
    """
    found = 0
    for row in range(starts.size):
        at, stop = starts[row], _content_end(data, starts[row], ends[row])
        last = found + columns - 1
        while at < stop:
            marks = _marks(data, words, delimiter, at, stop)
            count = count_bytes(marks)
            if found + count > last:
                return False
            places[found] = at + first_byte(marks)
            marks &= marks - _ONE
            places[found + 1] = at + first_byte(marks)
            for place in range(found + 2, found + count):
                marks &= marks - _ONE
                places[place] = at + first_byte(marks)
            found += count
            at += WORD
        if found != last:
            return False
        places[found] = stop
        found += 1
    return True


@inlined
def _content_end(data: Bytes, start: int, end: int) -> int:
    """Where the last field of a record ends: before the line end."""
    while end > start and (data[end - 1] == _LINE_FEED or data[end - 1] == _CARRIAGE_RETURN):
        end -= 1
    return end


@inlined
def _marks(data: Bytes, words: Words, sign: int, at: int, stop: int) -> np.uint64:
    """The top bit of each of the eight bytes from ``at`` on that is ``sign``, before ``stop``."""
    marks = np.uint64(0)
    if at < words.size:
        marks = equal_bytes(words[at], sign)
        if stop - at < WORD:
            marks &= (_ONE << np.uint64(WORD * (stop - at))) - _ONE
    else:
        for place in range(at, stop):
            if data[place] == sign:
                marks |= _TOP << np.uint64(WORD * (place - at))
    return marks


@compiled
def _measure(data: Bytes, starts: Positions, quote: int, begins: Places, lengths: Places) -> int:
    """Where each field begins and how long it is, from where it ends; returns how many are quoted, or -1."""
    quoted = 0
    may_be_quoted = quote != _NO_BYTE
    for row in range(begins.shape[0]):
        begin = np.int64(starts[row])
        for column in range(begins.shape[1]):
            end = np.int64(lengths[row, column])
            after = end + 1
            if may_be_quoted and begin < end and data[begin] == quote:
                if end - begin < 2 or data[end - 1] != quote:
                    return -1
                quoted += 1
                begin += 1
                end -= 1
            begins[row, column] = begin
            lengths[row, column] = end - begin
            begin = after
    return quoted
