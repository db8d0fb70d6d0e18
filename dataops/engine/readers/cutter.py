"""Cuts the bytes of a delimited text into blocks of whole records, and counts them on the way."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dataops.engine.errors import BrokenData, TooLarge
from dataops.engine.intake import REJECT_TEXT, Dialect, Reject
from dataops.engine.readers.marks import mark_of
from dataops.engine.readers.records import Positions, Records, find_records, line_ends

NEVER_ENDS = "a quoted value starts here and never ends"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records; ``line`` is the number of the first line, from 1, ``offset`` its byte, from 0."""

    data: bytes
    line: int
    records: Records
    offset: int = 0

    def line_of(self, record: int) -> int:
        """Line on which the ``record``-th (from 1) not blank record starts."""
        return self.line + self.records.lines_to(int(self.records.filled_starts[record - 1]))

    def offset_of(self, record: int) -> int:
        """Byte of the text at which that record starts."""
        return self.offset + int(self.records.filled_starts[record - 1])

    def lines(self) -> Positions:
        """Line on which each not blank record starts."""
        return self.line + np.searchsorted(self.records.lines, self.records.filled_starts, side="right")


class Cutter:
    """Turns chunks of text into blocks without preamble, header and footer.

    The counts are complete once all blocks were taken. A quote that is opened and never closed
    would swallow the rest of the file: its line becomes a reject and the next lines are read on.
    """

    def __init__(self, dialect: Dialect, max_record_bytes: int) -> None:
        self.dialect = dialect
        self.max_record_bytes = max_record_bytes
        self.records = self.blank = self.preamble = self.footer = 0
        self.rejects: list[Reject] = []
        self.comments = self.repeated_headers = 0
        self._line, self._offset = 1, 0
        self._preamble_left = dialect.skip_records
        self._header_left = dialect.records_of_header
        self._mark = mark_of(dialect)
        self._header = b""

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Blocks in file order. Raises BrokenData at a NUL byte, TooLarge at an endless line."""
        rest, seen = b"", 0
        for chunk in chunks:
            _refuse_nul(chunk, seen)
            seen += len(chunk)
            # Up to a line end: what is most often whole records is not copied once more to be a block.
            lines = chunk.rfind(b"\n") + 1 or len(chunk)
            rest = b"".join((rest, memoryview(chunk)[:lines]))
            records = self._find(rest)
            yield from self._take(rest, records, whole := self._held_back(records))
            rest = rest[whole:] + chunk[lines:]
            if len(rest) > self.max_record_bytes:
                rest = self._reject_line(rest)
        yield from self._finish(rest)

    def _finish(self, rest: bytes) -> Iterator[Block]:
        if rest and not rest.endswith(b"\n"):
            rest += b"\n"
        while rest:
            records = self._find(rest)
            whole = int(records.ends[-1]) if records.ends.size else 0
            closed = whole == len(rest)
            yield from self._take(rest, records, self._without_footer(records) if closed else whole)
            rest = b"" if closed else self._reject_line(rest[whole:])

    def _find(self, data: bytes) -> Records:
        return find_records(data, self._mark, self.dialect.quote, self.dialect.escape)

    def _held_back(self, records: Records) -> int:
        """Position up to which records are surely above the footer."""
        keep, filled = self.dialect.footer_records, records.filled_starts
        if not keep:
            return int(records.ends[-1]) if records.ends.size else 0
        return int(filled[-keep]) if filled.size >= keep else 0

    def _without_footer(self, records: Records) -> int:
        """Position behind the last row of the file; counts what follows."""
        whole = self._held_back(records)
        below = records.starts >= whole
        self.footer += int((below & ~records.blank).sum())
        self.blank += int((below & records.blank).sum())
        self.records += int(below.sum())
        return whole

    def _take(self, data: bytes, records: Records, whole: int) -> Iterator[Block]:
        """The records that end at or before ``whole``, less preamble, header and what is no row."""
        count = int(np.searchsorted(records.ends, whole, side="right"))
        skipped = min(self._preamble_left, count)
        self._preamble_left -= skipped
        headers = min(self._header_left, count - skipped)
        self._header_left -= headers
        if headers and self.dialect.header_records == 1:
            self._header = data[records.starts[skipped] : records.ends[skipped]].rstrip(b"\r\n")
        self.records += count - headers
        self.preamble += skipped
        for first, last in self._stretches(data, records, skipped + headers, count):
            begin, end = int(records.starts[first]), int(records.ends[last - 1])
            part = slice(first, last)
            above = records.lines_to(begin)
            cut = Records(
                records.ends[part] - begin,
                records.starts[part] - begin,
                records.blank[part],
                records.lines[above : records.lines_to(end)] - begin,
            )
            self.blank += int(cut.blank.sum())
            yield Block(data[begin:end], self._line + above, cut, self._offset + begin)
        self._line += records.lines_to(whole)
        self._offset += whole

    def _stretches(self, data: bytes, records: Records, first: int, count: int) -> Iterator[tuple[int, int]]:
        """Runs of records without comment lines and headers that come again; both are counted."""
        comments, headers = self._comments(data, records), self._headers(data, records)
        if not comments.size and not headers.size:
            if first < count:
                yield first, count
            return
        self.comments += (among := int(((comments >= first) & (comments < count)).sum()))
        self.repeated_headers += (again := int(((headers >= first) & (headers < count)).sum()))
        self.preamble += among + again
        for place in [*sorted({*comments.tolist(), *headers.tolist()}), count]:
            if first < (stop := min(place, count)):
                yield first, stop
            first = max(first, place + 1)

    def _comments(self, data: bytes, records: Records) -> Positions:
        """Which records begin with the comment mark."""
        mark = self.dialect.comment.encode()
        if not mark or mark not in data:
            return np.zeros(0, np.int64)
        return np.array([i for i, at in enumerate(records.starts) if data.startswith(mark, at)], np.int64)

    def _headers(self, data: bytes, records: Records) -> Positions:
        """Which records are the header once more, as in exports that were joined; never of one column."""
        if self._mark.encode() not in self._header:
            return np.zeros(0, np.int64)
        places, at = [], data.find(self._header)
        while at >= 0:
            # A file behind another one brings its byte order mark along.
            start = at - 3 if data[max(at - 3, 0) : at] == BOM_UTF8 else at
            record = int(np.searchsorted(records.starts, start))
            is_start = record < records.starts.size and records.starts[record] == start
            if is_start and data[at : records.ends[record]].rstrip(b"\r\n") == self._header:
                places.append(record)
            at = data.find(self._header, at + len(self._header))
        return np.array(places, np.int64)

    def _reject_line(self, data: bytes) -> bytes:
        """Give up the first line of ``data``, whose quote never closes; returns the lines below."""
        ends = line_ends(data)
        if not ends.size:
            raise TooLarge(
                f"line {self._line} is longer than {self.max_record_bytes:,} bytes: is this a table?",
                location=f"line {self._line}",
            )
        text = data[: ends[0]].decode("utf-8", "replace").rstrip("\r\n")[:REJECT_TEXT]
        self.rejects.append(Reject(self._line, NEVER_ENDS, text, self._offset))
        self.records += 1
        self._line += 1
        self._offset += int(ends[0])
        return data[ends[0] :]


def _refuse_nul(chunk: bytes, seen: int) -> None:
    at = chunk.find(b"\0")
    if at >= 0:
        raise BrokenData(
            f"byte {seen + at + 1:,} is NUL: the file is damaged or was cut off while it was written;"
            " export it again",
            location=f"byte {seen + at + 1}",
        )
