"""Delimited text: every cell stays text, every record is accounted for."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from dataops.engine.errors import BrokenData, NoRows, TooLarge
from dataops.engine.fields import Fields
from dataops.engine.intake import (
    REJECT_TEXT,
    REJECTS_KEPT,
    Accounting,
    Detected,
    Dialect,
    Reject,
    SizeLimits,
)
from dataops.engine.protocols import NumberedBlock
from dataops.engine.readers.cutter import Block, Cutter
from dataops.engine.readers.detect import decode_sample, read_sample
from dataops.engine.readers.encoding import repair
from dataops.engine.readers.fields import cut_fields
from dataops.engine.readers.layout import is_name, join_header, lacks_index_name, table_width
from dataops.engine.readers.marks import mark_of, one_character_chunks, restore, restore_text
from dataops.engine.readers.names import usable_names
from dataops.engine.readers.notation import PLAIN, rewrite
from dataops.engine.readers.records import Positions
from dataops.engine.readers.sniffer import DELIMITERS, read_records
from dataops.engine.readers.source import CHUNK_BYTES, Source

THREADS = 2
WIDE = 100
WIDE_CHUNK_BYTES = 2 * CHUNK_BYTES


@dataclass(slots=True)
class Parsed:
    """One block after parsing, on its way back from a thread."""

    block: Block
    content: pa.RecordBatch | Fields
    rejected: list[int] = field(default_factory=list)
    strays: int = 0
    rejects: list[Reject] = field(default_factory=list)

    @property
    def batch(self) -> pa.RecordBatch:
        return self.content.batch() if isinstance(self.content, Fields) else self.content

    def lines(self) -> Positions:
        """The line each row starts on; ``rejected`` records are no rows."""
        return np.delete(self.block.lines(), self.rejected)


class CsvDataset:
    """A delimited text file; ``accounting``, ``rejects`` and ``notes`` are complete after ``blocks``."""

    format = "csv"
    typed = False

    def __init__(
        self, source: Source, dialect: Dialect, names: tuple[str, ...], notes: tuple[str, ...] = ()
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.names = names
        self.encoding = source.encoding
        self.bytes = source.stored_bytes
        self.accounting = Accounting()
        self.rejects: tuple[Reject, ...] = ()
        self.unreadable_bytes = 0
        self.notes = self._opening_notes = notes
        self._convert = pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        )

    @property
    def fraction_read(self) -> float:
        return self.source.stored_bytes_read / self.bytes

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All loaded rows as text, in file order; parsed in threads ahead of the caller.

        Raises NoRows when there is a header alone, BrokenData when no record fits the header.
        """
        return (part.batch for part in self._parts())

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        return ((part.batch, part.lines()) for part in self._parts())

    def cut_blocks(self) -> Iterator[pa.RecordBatch | Fields]:
        as_written = len(self.dialect.delimiter) == 1 and self.dialect.notation == PLAIN
        return (part.content for part in self._parts(cut=as_written))

    def _parts(self, *, cut: bool = False) -> Iterator[Parsed]:
        cutter = Cutter(self.dialect, self.source.limits.max_record_bytes)
        loaded = rejected = strays = 0
        rejects: list[Reject] = []
        for part in self._parse_ahead(cutter.blocks(self._chunks()), cut):
            loaded += part.content.num_rows
            rejected += len(part.rejected)
            strays += part.strays
            rejects.extend(part.rejects[: REJECTS_KEPT - len(rejects)])
            if part.content.num_rows:
                yield part
        rejects = sorted(rejects + cutter.rejects, key=lambda reject: reject.line)
        self.rejects = tuple(map(self._placed, rejects[:REJECTS_KEPT]))
        rejected += len(cutter.rejects)
        self.accounting = Accounting(
            cutter.records, loaded, rejected, cutter.blank, cutter.preamble, cutter.footer
        )
        self.unreadable_bytes = strays + self.source.replaced
        self.notes = (*self._opening_notes, *self._closing_notes(cutter, strays))
        if not loaded:
            self._explain_no_rows()

    def _placed(self, reject: Reject) -> Reject:
        """With its byte in the unpacked file, where that can be known."""
        text = restore_text(reject.text, self.dialect)
        if reject.offset is None or not self.source.keeps_bytes or len(self.dialect.delimiter) > 1:
            return replace(reject, text=text, offset=None)
        return replace(reject, text=text, offset=reject.offset + self.source.mark_bytes)

    def _closing_notes(self, cutter: Cutter, strays: int) -> Iterator[str]:
        if strays:
            yield f"bytes that are not UTF-8 and were read as Windows-1252: {strays}"
        if self.source.replaced:
            count = self.source.replaced
            yield f"bytes that mean nothing in {self.encoding} and were replaced: {count}"
        if cutter.comments:
            yield f"comment lines between the rows: {cutter.comments}"
        if cutter.repeated_headers:
            yield f"the header comes again {cutter.repeated_headers} times, as in exports that were joined"

    def _chunks(self) -> Iterator[bytes]:
        """Larger ones for wide tables: each column of a block costs a little, however short it is."""
        wide = len(self.names) > WIDE
        chunks = self.source.chunks(WIDE_CHUNK_BYTES) if wide else self.source.chunks()
        return one_character_chunks(chunks, self.dialect)

    def _parse_ahead(self, blocks: Iterator[Block], cut: bool) -> Iterator[Parsed]:
        with ThreadPoolExecutor(THREADS, thread_name_prefix="csv") as pool:
            waiting: deque[Future[Parsed]] = deque()
            for block in blocks:
                waiting.append(pool.submit(self._parse, block, cut))
                if len(waiting) == THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _parse(self, block: Block, cut: bool) -> Parsed:
        data, strays = repair(block.data)
        if data.startswith(BOM_UTF8):
            # Arrow drops a mark at the start of what it is given; in mid-file it is part of a value.
            data = BOM_UTF8 + data
        parsed = Parsed(block, pa.record_batch([], names=[]), strays=strays)
        if not strays and (plain := self._cut_plain(block)) is not None:
            parsed.content = plain if cut else self._restored(plain.batch())
            return parsed

        def skip(row: pa.csv.InvalidRow) -> str:
            parsed.rejected.append(row.number - 1)
            if len(parsed.rejects) < REJECTS_KEPT:
                fields = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
                reason = f"{fields}, {row.expected_columns} expected"
                place = block.line_of(row.number), block.offset_of(row.number)
                parsed.rejects.append(Reject(place[0], reason, row.text[:REJECT_TEXT], place[1]))
            return "skip"

        table = pa.csv.read_csv(
            pa.BufferReader(data),
            # One block of its own per call, in one thread: only so are rejected rows numbered.
            pa.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=self.names),
            pa.csv.ParseOptions(
                delimiter=mark_of(self.dialect),
                quote_char=self.dialect.quote or False,
                escape_char=self.dialect.escape or False,
                newlines_in_values=True,
                invalid_row_handler=skip,
            ),
            self._convert,
        )
        if table.num_rows:
            parsed.content = self._restored(table.combine_chunks().to_batches()[0])
        return parsed

    def _cut_plain(self, block: Block) -> Fields | None:
        """The block without a parser, if there is nothing in it that takes one."""
        mark, quote, escape = mark_of(self.dialect), self.dialect.quote, self.dialect.escape
        if not (mark + quote).isascii() or (escape and escape.encode() in block.data):
            return None
        filled = ~block.records.blank
        starts, ends = block.records.starts[filled], block.records.ends[filled]
        return cut_fields(block.data, starts, ends, self.names, mark, quote)

    def _restored(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return rewrite(restore(batch, self.dialect), self.dialect.notation)

    def _explain_no_rows(self) -> None:
        if not self.rejects:
            raise NoRows("there are no rows below the header; upload a file with data")
        first = self.rejects[0]
        raise BrokenData(
            f"no row fits the {len(self.names)} columns; line {first.line}: {first.reason}."
            " Check the delimiter, or the header line",
            location=f"line {first.line}",
        )


def open_csv(path: Path, detected: Detected, limits: SizeLimits) -> CsvDataset:
    """The file as its detected dialect reads it; raises TooLarge for too many columns."""
    dialect = detected.dialect or Dialect()
    _, sample = read_sample(path, detected.member)
    text = decode_sample(sample, detected.encoding)
    records = read_records(text, dialect.delimiter, dialect.quote, dialect.escape)[dialect.skip_records :]
    table = [r for r in records if r and not (dialect.comment and r[0].startswith(dialect.comment))]
    names, notes = _name_columns(table, dialect, _without_quoting(text, dialect))
    if len(names) > limits.max_columns:
        raise TooLarge(f"{len(names):,} columns; at most {limits.max_columns:,} are read")
    source = Source(path, detected.compression, detected.encoding, limits, detected.member)
    return CsvDataset(source, dialect, names, (*notes, *detected.notes))


def _without_quoting(text: str, dialect: Dialect) -> list[str]:
    """The cells of the header if quotes in it meant nothing but around a whole cell."""
    quote = dialect.quote
    if not quote:
        return []
    whole = re.compile(rf"\s*{quote}([^{quote}]*){quote}\s*")
    lines = read_records(text, dialect.delimiter, "")[dialect.skip_records : dialect.skip_records + 1]
    return [whole.sub(r"\1", cell) for line in lines for cell in line]


def _name_columns(
    table: Sequence[list[str]], dialect: Dialect, unquoted: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not table:
        raise NoRows("there are only blank lines; upload a file with data")
    width = table_width(table)
    if not dialect.header:
        return tuple(f"column_{i}" for i in range(1, width + 1)), ("there is no header line",)
    first, notes = _cut_as_rows_are(join_header(table[: dialect.header_records]), width, unquoted)
    if lacks_index_name(table):
        first = ["", *first]
    # Names without values below them make the rows too short; delimiters with no name do not.
    while len(first) > width and not all(cell.strip() for cell in first):
        last_empty = max(i for i, cell in enumerate(first) if not cell.strip())
        first = [*first[:last_empty], *first[last_empty + 1 :]]
    names, name_notes = usable_names(first, max(width, len(first)))
    return names, (*notes, *name_notes)


def _cut_as_rows_are(header: list[str], width: int, unquoted: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """A header that does not fit the rows, cut so that it does where that is beyond doubt; a note tells."""
    if len(header) < width and len(unquoted) == width and all(map(is_name, unquoted)):
        return unquoted, ("a quote in the header is never closed; it is part of the name",)
    if len(header) != 1:
        return header, ()
    for delimiter in DELIMITERS:
        cut = read_records(header[0], delimiter, '"')
        cells = cut[0] if len(cut) == 1 else []
        # Two words are a title as well.
        if len(cells) == width > (2 if delimiter == " " else 1) and all(map(is_name, cells)):
            return cells, (f"the header is delimited by {delimiter!r}, the rows are not",)
    return header, ()
