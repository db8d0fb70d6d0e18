"""How numbers and dates are written, as far as the first records tell it beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dataops.engine.readers.layout import Record

ENOUGH = 0.9
NOTES_AT_MOST = 10

_SPACES = "\u00a0\u202f "
_DECIMAL_COMMA = re.compile(rf"[+-]?(\d{{1,3}}([.'{_SPACES}]\d{{3}})+,\d+|\d+,(\d{{1,2}}|\d{{4,}})|0,\d+)")
_DECIMAL_POINT = re.compile(rf"[+-]?(\d{{1,3}}([,'{_SPACES}]\d{{3}})+\.\d+|\d+\.(\d{{1,2}}|\d{{4,}})|0\.\d+)")
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}([.,'{_SPACES}])\d{{3}}(?:\1\d{{3}})*(?:[.,]\d+)?")
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_WHOLE = re.compile(r"[+-]?\d+")
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){_TIME}")
# Years first can be read in one way only; ISO 8601 needs no order to be read.
_YEAR_FIRST = re.compile(rf"\d{{4}}([/.-])\d{{1,2}}\1\d{{1,2}}{_TIME}")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONEY = re.compile(
    r"\(?[+-]?\s?[$€£¥]\s?\d[\d.,' ]*\)?|[+-]?\d[\d.,' ]*\s?([$€£¥]|USD|EUR|GBP|CHF|%)|\(\d[\d.,]*\)"
)


def sniff_notation(names: Record, rows: Sequence[Record]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The notation the columns agree on, as fields of a dialect, and notes on what stays text.

    A decimal comma needs columns that hold numbers only when it is one, and no column that says
    otherwise; "1,234" alone says nothing.
    """
    columns = list(_columns(names, rows))
    commas = [cells for _, cells in columns if _is(cells, _DECIMAL_COMMA)]
    points = [cells for _, cells in columns if _is(cells, _DECIMAL_POINT)]
    decimal = "," if commas and not points else "."
    grouped = _group_marks(points if decimal == "." else commas, decimal)
    order, order_notes = _date_order(columns)
    found = {"decimal": decimal, "thousands": grouped, "date_order": order}
    notes = [*order_notes, *_number_notes(columns, decimal, grouped)]
    return found, tuple(notes[:NOTES_AT_MOST])


def _columns(names: Record, rows: Sequence[Record]) -> Iterator[tuple[str, list[str]]]:
    width = max(map(len, rows), default=0)
    for position in range(min(width, 500)):
        cells = [row[position].strip() for row in rows if position < len(row)]
        present = [cell for cell in cells if cell and len(cell) < 40]
        if present and any(cell[0].isdigit() or cell[0] in "+-($€£¥" for cell in present):
            yield (names[position] if position < len(names) else f"column {position + 1}"), present


def _is(cells: list[str], mark: re.Pattern[str]) -> bool:
    """Whether a column holds numbers of this notation, whole and grouped ones beside them."""
    others = [cell for cell in cells if not mark.fullmatch(cell)]
    if len(others) == len(cells):
        return False
    odd = sum(not (_WHOLE.fullmatch(cell) or _GROUPED.fullmatch(cell)) for cell in others)
    return len(cells) - odd >= ENOUGH * len(cells)


def _group_marks(columns: list[list[str]], decimal: str) -> str:
    """The mark between thousands in columns whose decimal mark is known."""
    for cells in columns:
        for cell in cells:
            match = _GROUPED.fullmatch(cell)
            if match and match[1] != decimal:
                return " " if match[1] in _SPACES else match[1]
    return ""


def _date_order(columns: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
    """The order when dates can be read in one way only and none in another; notes on the rest."""
    orders: set[str] = set()
    open_columns: list[str] = []
    for name, cells in columns:
        if all(map(_YEAR_FIRST.fullmatch, cells)) and not all(map(_ISO_DAY.match, cells)):
            orders.add("ymd")
        days = [match for match in map(_DAY.fullmatch, cells) if match]
        if len(days) < ENOUGH * len(cells):
            continue
        first, second = (any(int(day[part]) > 12 for day in days) for part in (1, 2))
        orders |= ({"dmy"} if first else set()) | ({"mdy"} if second else set())
        if not first and not second:
            open_columns.append(name)
    order = orders.pop() if len(orders) == 1 else ""
    # Under "ymd" 01/02/24 would be read as well, and wrongly.
    if not open_columns or order in ("dmy", "mdy"):
        return order, []
    told = "the dates of {!r} can be read day first or month first; set date_order to dmy or mdy"
    return "", [told.format(name) for name in open_columns]


def _number_notes(columns: list[tuple[str, list[str]]], decimal: str, grouped: str) -> Iterator[str]:
    for name, cells in columns:
        if sum(map(bool, map(_MONEY.fullmatch, cells))) >= ENOUGH * len(cells):
            yield f"{name!r} holds amounts with a currency, a percent sign or parentheses; they are text here"
        elif not grouped and _all_one_group(cells, decimal):
            yield f"{name!r} may hold thousands or decimals; set decimal and thousands, it is text here"


def _all_one_group(cells: list[str], decimal: str) -> bool:
    groups = list(filter(_ONE_GROUP.fullmatch, cells))
    marked = sum(decimal not in cell for cell in groups)
    # A few among plain numbers leave it a column of numbers, with some that do not read.
    if marked <= (1 - ENOUGH) * len(cells):
        return False
    return len(groups) + sum(map(bool, map(_WHOLE.fullmatch, cells))) >= ENOUGH * len(cells)
