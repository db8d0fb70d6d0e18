"""Files that people open in a spreadsheet: no cell of them is taken for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

ROWS_A_PIECE = 500
# What begins a formula, in narrow and in wide letters, and what a spreadsheet skips before one.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-3.5"), safe_cell("-3+cmd")
    ("'=1+1", '-3.5', "'-3+cmd")
    """
    if text.startswith(_BEGINS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_pieces(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows as CSV, some hundred lines at a time; None is an empty cell."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    for row in rows:
        writer.writerow(["" if cell is None else safe_cell(str(cell)) for cell in row])
        if len(lines) >= ROWS_A_PIECE:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def csv_answer(file_name: str, pieces: Iterable[str]) -> StreamingHttpResponse:
    """A download; ``file_name`` is ours, never that of somebody else."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


class _Lines:
    """What a csv writer writes to, line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append
