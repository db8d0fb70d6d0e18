"""Where the table lies in the records of a text or a sheet: preamble, header, footer, field count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

PREAMBLE_AT_MOST = 50
FOOTER_AT_MOST = 5
FITTING_LOOKED_AT = 100
FAIR_SHARE = 1 / 3

Record = list[str]

NUMBER = re.compile(r"[+-]?[$€£]?\d[\d., ]*\d?(e[+-]?\d+)?%?", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
# "2019 sales" and "2007 - 08 Volume": begins as a number, and ends as a name.
_WORDED = re.compile(r"\d[\d /-]*[^\W\d]{3}")
_TOTALS = re.compile(
    r"\W*(grand\s+)?(sub)?(totals?|sum|count|number of|rows?|records?|generated|source|end of)\b",
    re.IGNORECASE,
)


def table_width(records: Sequence[Record]) -> int:
    """The field count of the header, if a fair share of the rows has it, else the most common one.

    Of equally common ones the larger; 0 without records.
    """
    filled = [record for record in records if record]
    if header_fits(filled):
        return len(filled[0])
    widths = Counter(map(len, filled))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def header_fits(filled: Sequence[Record]) -> bool:
    """Whether the first record holds two or more names and enough of the rows have as many fields."""
    if not filled or len(filled[0]) < 2 or not all(map(is_name, filled[0])):
        return False
    rows = filled[1:]
    return sum(len(row) == len(filled[0]) for row in rows) >= max(FAIR_SHARE * len(rows), 1)


def preamble(records: Sequence[Record], width: int) -> int:
    """Number of records above the header: of another width than the table, whose first record holds names.

    Only the very first may be wider, and only above names with values below them.
    """
    fitting = [record for record in records if len(record) == width and any(map(str.strip, record))]
    used = _used_columns(fitting[:FITTING_LOOKED_AT])
    for index, record in enumerate(records[:PREAMBLE_AT_MOST]):
        if len(record) > width and (index or not _is_header_over_values(records[1:], width)):
            return 0
        if len(record) == width and not _is_padded_title(record, records[index + 1 : index + 4], width, used):
            if index and _names_all_but_one(records[index - 1], record):
                return index - 1
            if index == 1 and lacks_index_name([records[0], *fitting]):
                return 0
            return index if _names(record) >= used - 1 else 0
    return 0


def _filled(record: Record) -> int:
    return sum(map(bool, map(str.strip, record)))


def _used_columns(records: Sequence[Record]) -> int:
    """How many columns hold something in a tenth of the records: sheets pad tables with empty ones."""
    return sum(sum(map(bool, column)) * 10 >= len(column) for column in zip(*records, strict=True))


def _names(record: Record) -> int:
    return sum(map(is_name, record))


def _is_header_over_values(records: Sequence[Record], width: int) -> bool:
    """Whether the records begin with a name for each column, and numbers stand below."""
    table = [record for record in records if len(record) == width]
    if width < 2 or len(table) < 3 or table[0] is not records[0] or _names(table[0]) < width:
        return False
    return any(NUMBER.fullmatch(cell.strip()) for cell in table[1]) and has_header(table)


def lacks_index_name(table: Sequence[Record]) -> bool:
    """Whether the header has no name for the first column: R writes the names of rows so."""
    header, rows = table[0], table[1:]
    if len(rows) < 2 or any(len(row) != len(header) + 1 for row in rows) or _names(header) < len(header):
        return False
    different = len({row[0] for row in rows}) == len(rows)
    return different and any(row[-1].strip() for row in rows) and not has_header(rows)


def _is_padded_title(record: Record, below: Sequence[Record], width: int, used: int) -> bool:
    """Whether a line above the header was filled up to the table's width, as exports of sheets are."""
    filled = _filled(record)
    if filled == 0 and width > 1:
        return True
    if width == 2:
        return filled == 1 and bool(below) and len(below[0]) == width and not _filled(below[0])
    return filled == 1 and used > 2 and any(_names(other) >= used - 1 for other in below)


def is_name(cell: str) -> bool:
    """Whether a cell can be a column name: no number, except for a year."""
    text = cell.strip()
    return bool(text) and (not NUMBER.fullmatch(text) or bool(_YEAR.fullmatch(text)))


def _names_all_but_one(above: Record, below: Record) -> bool:
    """Whether ``above`` is a header one name short, as with a delimiter at the end of each row."""
    return len(above) > 1 and len(above) == len(below) - 1 and all(above) and not below[-1]


def has_header(table: Sequence[Record]) -> bool:
    """Whether the first record names the columns: each column votes by how its first cell differs.

    Undecided files have a header: most do.
    """
    if not table:
        return False
    # A header that comes again, as in exports that were joined, is no value; nor is that of another table.
    first = table[0]
    rows = [row for row in table[1:] if row[: len(first)] != first]
    if not rows:
        return not any(NUMBER.fullmatch(cell.strip()) for cell in first)
    votes = [_header_vote(cell, [row[i] for row in rows if i < len(row)]) for i, cell in enumerate(first)]
    return sum(votes) >= 0


def _header_vote(cell: str, below: Sequence[str]) -> int:
    """+1 when ``cell`` names the values below it, -1 when it is one of them, 0 when it may be either."""
    values = list(filter(None, map(str.strip, below)))
    if not values or not cell.strip():
        return 0
    numeric = sum(value[0].isdigit() or bool(NUMBER.fullmatch(value)) for value in values) / len(values)
    looks_like_value = cell.strip()[0].isdigit() or bool(NUMBER.fullmatch(cell.strip()))
    if numeric > 0.9:
        if _WORDED.match(cell.strip()) and all(map(NUMBER.fullmatch, values)):
            return 1
        # Years make column names too: 2019, 2020 over other numbers decide nothing.
        is_year = bool(_YEAR.fullmatch(cell.strip())) and cell not in values
        return 0 if is_year else -1 if looks_like_value else 1
    if looks_like_value:
        return 0
    return -1 if cell in below else 1 if len(set(values)) < len(values) else 0


def header_records(table: Sequence[Record]) -> int:
    """How many records the header of ``table`` takes, 1 to 3: those above the first with a value in it.

    A second record belongs to the header when it repeats the first, when it names what stands below a
    title over several columns, or when it holds names alone although numbers stand below it.
    """
    count = 1
    while count < min(3, len(table) - 1):
        above, record, below = table[count - 1], table[count], table[count + 1 :]
        spans = count == 1 and not all(cell.strip() for cell in above)
        parts = spans and _names_the_parts(above, record)
        if record != above and not parts and not _names_over_numbers(record, below, short=spans):
            break
        count += 1
    return count


def _names_the_parts(above: Record, record: Record) -> bool:
    """Whether ``record`` names exactly the columns a title spans: all without a name, and the title's own."""
    if len(above) != len(record) or record[0].strip() or not above[0].strip():
        return False
    filled = [place for place, cell in enumerate(record) if cell.strip()]
    spanned = {place for place, cell in enumerate(above) if not cell.strip()}
    titles = {place - 1 for place in spanned} - spanned
    return len(filled) > 1 and set(filled) == spanned | titles and all(is_name(record[p]) for p in filled)


def _names_over_numbers(record: Record, below: Sequence[Record], *, short: bool) -> bool:
    """Whether two or more numeric columns have a name in ``record``, and none has a value there.

    Names of one letter count when they may be ``short``.
    """
    if len(below) < 3 or not all(cell.strip() for cell in record):
        return False
    letters = "[^\\W\\d]{1}" if short else "[^\\W\\d]{2}"
    names = 0
    for position, cell in enumerate(record):
        values = [row[position].strip() for row in below if position < len(row) and row[position].strip()]
        numeric = sum(bool(NUMBER.fullmatch(value)) for value in values)
        if values and numeric > 0.9 * len(values):
            if not re.fullmatch(rf"{letters}[\w .()%/-]*", cell.strip()):
                return False
            names += 1
    return names > 1 and len(set(record)) > 1


def join_header(records: Sequence[Record]) -> Record:
    """One name a column: the cells of the header's records joined, one that spans several repeated."""
    if len(records) < 2:
        return list(records[0]) if records else []
    filled = [_spanned(record) for record in records[:-1]] + [list(records[-1])]
    width = max(map(len, filled))
    columns = ([record[i].strip() for record in filled if i < len(record)] for i in range(width))
    return [" ".join(cell for cell in column if cell) for column in columns]


def _spanned(record: Record) -> Record:
    """Empty cells take the one to their left: a title over several columns is written once."""
    cells: Record = []
    for cell in record:
        cells.append(cell if cell.strip() or not cells else cells[-1])
    return cells


def footer(records: Sequence[Record], width: int) -> int:
    """Number of records at the very end that sum the table up or are no part of it."""
    count = 0
    for record in reversed(records[-FOOTER_AT_MOST:]):
        is_partial = len(record) != width or not all(cell.strip() for cell in record)
        if not (is_partial and _TOTALS.match(record[0])):
            break
        count += 1
    return count if width > 1 else 0
