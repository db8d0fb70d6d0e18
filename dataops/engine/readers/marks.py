"""Delimiters of several characters, written as one while a text is cut and parsed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.errors import BrokenData
from dataops.engine.intake import Dialect
from dataops.engine.readers.sniffer import UNIT_SEPARATOR


def mark_of(dialect: Dialect) -> str:
    """The one character that separates fields in what ``one_character`` makes."""
    return dialect.delimiter if len(dialect.delimiter) == 1 else UNIT_SEPARATOR


def one_character(data: bytes, dialect: Dialect) -> bytes:
    """``data`` with its delimiter written as one character."""
    return data.replace(dialect.delimiter.encode(), mark_of(dialect).encode())


def one_character_chunks(chunks: Iterable[bytes], dialect: Dialect) -> Iterator[bytes]:
    """The same for a text in pieces, whose borders may lie inside a delimiter.

    Raises BrokenData when the text holds the character that stands for the delimiter.
    """
    if len(dialect.delimiter) == 1:
        yield from chunks
        return
    rest, mark, delimiter = b"", mark_of(dialect).encode(), dialect.delimiter.encode()
    for chunk in chunks:
        if mark in chunk:
            raise BrokenData(
                f"the control character {mark!r} stands in a text delimited by {dialect.delimiter!r};"
                " export it again with a delimiter of one character"
            )
        # Delimiters are found from the left, as a parser would; one may begin at the end of a piece.
        parts = (rest + chunk).split(delimiter)
        keep = min(len(delimiter) - 1, len(parts[-1]))
        rest = parts[-1][len(parts[-1]) - keep :]
        joined = mark.join(parts)
        yield joined[: len(joined) - keep]
    yield rest.replace(delimiter, mark)


def restore_text(text: str, dialect: Dialect) -> str:
    return text if len(dialect.delimiter) == 1 else text.replace(mark_of(dialect), dialect.delimiter)


def restore(batch: pa.RecordBatch, dialect: Dialect) -> pa.RecordBatch:
    """Values that hold the delimiter, inside quotes, as they were written."""
    if len(dialect.delimiter) == 1:
        return batch
    columns = [pc.replace_substring(column, mark_of(dialect), dialect.delimiter) for column in batch.columns]
    return pa.record_batch(columns, names=batch.schema.names)
