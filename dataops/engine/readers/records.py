"""Borders between records, found in raw bytes without parsing fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataops.engine.compiled import WORD, Bytes, Words, compiled, equal_bytes, first_byte, words_of

Positions = NDArray[np.int64]

LINE_FEED, CARRIAGE_RETURN = ord("\n"), ord("\r")
# Lines have this many bytes, or more, as a rule.
_USUAL = 16
# Each byte of a word.
_ALL = np.uint64(0x8080808080808080)


@dataclass(frozen=True, slots=True)
class Records:
    """The whole records at the start of a buffer that itself starts at a record.

    ``ends`` holds, per record, the position behind its line end; what follows the last is the
    beginning of a record whose end is not in the buffer. A blank line is a record too.
    ``lines`` holds the position behind every line end, those inside quotes included.
    """

    ends: Positions
    starts: Positions
    blank: NDArray[np.bool_]
    lines: Positions

    @property
    def filled_starts(self) -> Positions:
        return self.starts[~self.blank]

    def lines_to(self, position: int) -> int:
        """How many lines end at or before ``position``."""
        return int(np.searchsorted(self.lines, position, side="right"))


def find_records(data: bytes, delimiter: str, quote: str, escape: str = "") -> Records:
    """Cut ``data`` into records; line ends are LF, CRLF or CR, and none inside quotes counts.

    What follows an ``escape`` is an ordinary character, a line end too.

    >>> find_records(b'a,"x\\ny"\\n\\nb', ",", '"').ends.tolist()
    [8, 9]
    """
    ends = lines = line_ends(data)
    if escape and escape.encode() in data:
        data = _without_escaped(data, escape)
        ends = line_ends(data)
    buffer = np.frombuffer(data, dtype=np.uint8)
    if quote and quote.encode() in data:
        places = np.empty(ends.size, np.int64)
        ends = places[: _find_unquoted(buffer, delimiter.encode()[-1], ord(quote), places)]
    starts = np.concatenate([np.zeros(min(1, ends.size), np.int64), ends[:-1]])
    first = buffer[starts]
    return Records(ends, starts, (first == LINE_FEED) | (first == CARRIAGE_RETURN), lines)


def _without_escaped(data: bytes, escape: str) -> bytes:
    """``data`` with every escaped character, and its escape, written as x."""
    buffer = np.frombuffer(data, dtype=np.uint8).copy()
    marks = np.flatnonzero(buffer == ord(escape))
    # In a run of escapes every second one is itself escaped.
    starts = np.concatenate([[True], np.diff(marks) > 1])
    place_in_run = np.arange(marks.size) - np.maximum.accumulate(np.where(starts, np.arange(marks.size), 0))
    escaping = marks[place_in_run % 2 == 0]
    buffer[escaping] = ord("x")
    buffer[np.minimum(escaping + 1, buffer.size - 1)] = ord("x")
    return buffer.tobytes()


def line_ends(data: bytes) -> Positions:
    """Positions behind every line end, quoted or not."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    feeds = places_of(LINE_FEED, buffer)
    if b"\r" in data:
        returns = places_of(CARRIAGE_RETURN, buffer)
        last = returns == buffer.size - 1
        followed = buffer[np.minimum(returns + 1, buffer.size - 1)] == LINE_FEED
        # A CR at the very end may be half of a CRLF: it ends nothing until the next byte is known.
        feeds = np.sort(np.concatenate([feeds, returns[~followed & ~last]]))
    ends: Positions = feeds.astype(np.int64) + 1
    return ends


def places_of(sign: int, buffer: Bytes) -> Positions:
    """Where the byte ``sign`` stands."""
    places = np.empty(buffer.size // _USUAL, np.int64)
    while (found := _find(buffer, words_of(buffer), sign, places)) > places.size:
        places = np.empty(found, np.int64)
    return places[:found]


@compiled
def _find(data: Bytes, words: Words, sign: int, places: Positions) -> int:
    """Puts the places of ``sign`` into ``places``, as many as fit; returns how many there are."""
    found, at = 0, 0
    while at < data.size:
        marks = equal_bytes(words[at], sign) if at < words.size else _ALL
        while marks:
            place = at + first_byte(marks)
            if place < data.size and data[place] == sign:
                if found < places.size:
                    places[found] = place
                found += 1
            marks &= marks - np.uint64(1)
        at += WORD
    return found


@compiled
def _find_unquoted(data: NDArray[np.uint8], delimiter: int, quote: int, places: Positions) -> int:
    """Puts the place behind every line end outside quotes into ``places``; returns how many there are.

    A quote opens at the start of a field, and closes where it is not doubled; any other is an ordinary
    character, as in 5" pipe. What is never closed reaches to the end.
    """
    found, at = 0, 0
    before = delimiter
    while at < data.size:
        sign = data[at]
        if sign == quote and before in (delimiter, LINE_FEED, CARRIAGE_RETURN):
            at += 1
            while at < data.size and (data[at] != quote or (at + 1 < data.size and data[at + 1] == quote)):
                at += 1 + (data[at] == quote)
        elif sign == LINE_FEED or (
            sign == CARRIAGE_RETURN and at + 1 < data.size and data[at + 1] != LINE_FEED
        ):
            places[found] = at + 1
            found += 1
        before = sign
        at += 1
    return found
