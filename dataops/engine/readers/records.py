"""Borders between records, found in raw bytes without parsing fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]

LINE_FEED, CARRIAGE_RETURN = ord("\n"), ord("\r")
_PIECE = 1 << 18


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
        ends = _outside(ends, *_quoted(data, buffer, delimiter, quote))
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


def places_of(sign: int, buffer: NDArray[np.uint8]) -> Positions:
    """Where the byte ``sign`` stands; looked for in pieces that stay in the cache of the processor."""
    pieces = range(0, buffer.size, _PIECE)
    found = [np.flatnonzero(buffer[start : start + _PIECE] == sign) + start for start in pieces]
    return np.concatenate([np.zeros(0, np.int64), *found])


def _outside(ends: Positions, opened: Positions, closed: Positions) -> Positions:
    """Ends that lie in no quoted stretch; a stretch that is never closed reaches to the end."""
    closed_again = np.searchsorted(opened, ends - 1) == np.searchsorted(closed, ends - 1)
    outside: Positions = ends[closed_again]
    return outside


def _quoted(
    data: bytes, buffer: NDArray[np.uint8], delimiter: str, quote: str
) -> tuple[Positions, Positions]:
    """Positions where quoted stretches open and close.

    Taken in turn, quotes open and close; that is right exactly when each opening one stands at the
    start of a field and each closing one at its end (a doubled quote closes and opens). A file with
    stray quotes, as in 5" pipe, is walked quote by quote instead.
    """
    marks = places_of(ord(quote), buffer)
    border = np.zeros(256, dtype=bool)
    border[[ord(delimiter), ord(quote), LINE_FEED, CARRIAGE_RETURN]] = True
    opened, closed = marks[0::2], marks[1::2]
    starts_field = border[buffer[np.maximum(opened - 1, 0)]] | (opened == 0)
    ends_field = border[buffer[np.minimum(closed + 1, buffer.size - 1)]] | (closed == buffer.size - 1)
    if starts_field.all() and ends_field.all():
        return opened, closed
    return _walk(data, delimiter, quote)


def _walk(data: bytes, delimiter: str, quote: str) -> tuple[Positions, Positions]:
    """Quoted stretches when some quotes are ordinary characters in the middle of a field."""
    mark, borders = quote.encode(), (delimiter + "\r\n").encode()
    opened: list[int] = []
    closed: list[int] = []
    at = data.find(mark)
    while at >= 0:
        if at == 0 or data[at - 1] in borders:
            opened.append(at)
            at = data.find(mark, at + 1)
            while at >= 0 and data[at + 1 : at + 2] == mark:
                at = data.find(mark, at + 2)
            if at < 0:
                break
            closed.append(at)
        at = data.find(mark, at + 1)
    return np.array(opened, np.int64), np.array(closed, np.int64)
