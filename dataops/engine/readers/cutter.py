"""Cuts the bytes of a delimited text into blocks of whole records, and counts them on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dataops.engine.errors import BrokenData, TooLarge
from dataops.engine.intake import REJECT_TEXT, Dialect, Reject
from dataops.engine.readers.records import Positions, Records, find_records, line_ends

NEVER_ENDS = "a quoted value starts here and never ends"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records; ``line`` is the number of the first line, from 1."""

    data: bytes
    line: int
    records: Records

    def line_of(self, record: int) -> int:
        """Line on which the ``record``-th (from 1) not blank record starts."""
        start = self.records.filled_starts[record - 1]
        return self.line + count_lines(self.data[:start])

    def lines(self) -> Positions:
        """Line on which each not blank record starts."""
        ends = line_ends(np.frombuffer(self.data, dtype=np.uint8))
        return self.line + np.searchsorted(ends, self.records.filled_starts, side="right")


def count_lines(data: bytes) -> int:
    return int(line_ends(np.frombuffer(data, dtype=np.uint8)).size) + data.endswith(b"\r")


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
        self._line = 1
        self._preamble_left = dialect.skip_records
        self._header_left = int(dialect.header)

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Blocks in file order. Raises BrokenData at a NUL byte, TooLarge at an endless line."""
        rest, seen = b"", 0
        for chunk in chunks:
            _refuse_nul(chunk, seen)
            seen += len(chunk)
            rest += chunk
            records = self._find(rest)
            yield from self._take(rest, records, whole := self._held_back(records))
            rest = rest[whole:]
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
        return find_records(data, self.dialect.delimiter, self.dialect.quote)

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
        """The records that end at or before ``whole``, less preamble and header."""
        count = int(np.searchsorted(records.ends, whole, side="right"))
        skipped = min(self._preamble_left, count)
        self._preamble_left -= skipped
        headers = min(self._header_left, count - skipped)
        self._header_left -= headers
        first = int(records.starts[skipped + headers]) if skipped + headers < count else whole
        self._line += count_lines(data[:first])
        kept = slice(skipped + headers, count)
        block = Block(
            data[first:whole],
            self._line,
            Records(records.ends[kept] - first, records.starts[kept] - first, records.blank[kept]),
        )
        self.records += count - headers
        self.preamble += skipped
        self.blank += int(block.records.blank.sum())
        self._line += count_lines(block.data)
        if block.data:
            yield block

    def _reject_line(self, data: bytes) -> bytes:
        """Give up the first line of ``data``, whose quote never closes; returns the lines below."""
        ends = line_ends(np.frombuffer(data, dtype=np.uint8))
        if not ends.size:
            raise TooLarge(
                f"line {self._line} is longer than {self.max_record_bytes:,} bytes: is this a table?",
                location=f"line {self._line}",
            )
        text = data[: ends[0]].decode("utf-8", "replace").rstrip("\r\n")[:REJECT_TEXT]
        self.rejects.append(Reject(self._line, NEVER_ENDS, text))
        self.records += 1
        self._line += 1
        return data[ends[0] :]


def _refuse_nul(chunk: bytes, seen: int) -> None:
    at = chunk.find(b"\0")
    if at >= 0:
        raise BrokenData(
            f"byte {seen + at + 1:,} is NUL: the file is damaged or was cut off while it was written;"
            " export it again",
            location=f"byte {seen + at + 1}",
        )
