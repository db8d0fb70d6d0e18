"""Finds the dialect of a delimited text: the one under which it looks most like a table."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from dataops.engine.intake import Dialect

DELIMITERS = ",;\t|:"
RECORDS_LOOKED_AT = 1000
PREAMBLE_AT_MOST = 50
FOOTER_AT_MOST = 5
FAIR_SHARE = 1 / 3
ONE_COLUMN = 0.5

Record = list[str]

_NUMBER = re.compile(r"[+-]?[$€£]?\d[\d., ]*\d?(e[+-]?\d+)?%?", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
_TOTALS = re.compile(
    r"\W*(grand\s+)?(sub)?(totals?|sum|count|number of|rows?|records?|generated|source|end of)\b",
    re.IGNORECASE,
)


def sniff_dialect(sample: str, tail: str = "") -> Dialect:
    """The most convincing dialect of a text that begins with ``sample`` and ends with ``tail``.

    Candidates are five delimiters and the quotes that occur. Each cuts the sample into records; it
    convinces by how many records share one field count, by how few cells still hold a delimiter,
    and by the number of fields, so that one column is the choice of last resort.
    """
    best, records = Dialect(confidence=0.0), read_records(sample, ",", '"')
    for quote in _quotes(sample):
        for delimiter in DELIMITERS:
            cut = read_records(sample, delimiter, quote)
            score = _conviction(cut, delimiter, quote)
            if score > best.confidence:
                best, records = Dialect(delimiter, quote, confidence=score), cut
    width = table_width(records)
    skipped = _preamble(records, width)
    table = [record for record in records[skipped:] if record]
    return Dialect(
        best.delimiter,
        best.quote,
        header=_has_header(table),
        skip_records=skipped,
        footer_records=_footer(tail, best, width),
        confidence=round(best.confidence, 3),
    )


def read_records(text: str, delimiter: str, quote: str) -> list[Record]:
    """Records of ``text``, at most 1000; a blank line is an empty record.

    A field too long for the csv module ends the list: nothing beyond it is looked at.
    """
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    records: list[Record] = []
    with contextlib.suppress(csv.Error):
        records.extend(islice(reader, RECORDS_LOOKED_AT))
    return records


def table_width(records: Sequence[Record]) -> int:
    """The field count of the header, if a fair share of the rows has it, else the most common one.

    Of equally common ones the larger; 0 without records.
    """
    filled = [record for record in records if record]
    if _header_fits(filled):
        return len(filled[0])
    widths = Counter(map(len, filled))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _header_fits(filled: Sequence[Record]) -> bool:
    """Whether the first record holds two or more names and enough of the rows have as many fields."""
    if not filled or len(filled[0]) < 2 or not all(map(_is_name, filled[0])):
        return False
    rows = filled[1:]
    return sum(len(row) == len(filled[0]) for row in rows) >= max(FAIR_SHARE * len(rows), 1)


def _quotes(sample: str) -> list[str]:
    """Double quotes first: at equal conviction the first candidate stays."""
    quotes = ['"']
    if re.search(r"(^|[,;\t|:])'[^'\n]*'([,;\t|:]|\r?$)", sample, re.MULTILINE):
        quotes.append("'")
    if '"' in sample:
        quotes.append("")
    return quotes


def _conviction(records: Sequence[Record], delimiter: str, quote: str) -> float:
    """How much the records look like a table, 0..1."""
    filled = [record for record in records if record]
    if not filled:
        return 0.0
    width = table_width(filled)
    # Times and addresses hold colons as well; only a header cut by them makes them delimiters.
    if delimiter == ":" and not (len(filled[0]) == width and all(map(_is_name, filled[0]))):
        return 0.0
    table = [record for record in filled if len(record) == width]
    # A preamble does not speak against a table that is itself regular. The square keeps prose, where
    # many lines happen to hold as many commas, below one column.
    regular = len(table) / (len(filled) - _preamble(filled, width))
    clean = sum(_is_clean(record, delimiter, quote) for record in table) / len(table)
    score = regular**2 * clean * (1 - (1 - ONE_COLUMN) / width)
    if score and _is_ragged_table(filled):
        return max(score, ONE_COLUMN + score / 10)
    return score


def _is_ragged_table(filled: Sequence[Record]) -> bool:
    """Whether the header speaks for the delimiter although rows of other widths speak against it.

    Prose, which is one column, has lines without the delimiter, or a space behind it.
    """
    return (
        _header_fits(filled)
        and all(len(record) > 1 for record in filled)
        and not any(name[0].isspace() for name in filled[0])
    )


def _is_clean(record: Record, delimiter: str, quote: str) -> bool:
    """Whether no cell looks as if it should have been cut further, or as if a cut went through it."""
    others = [other for other in ",;\t|" if other != delimiter]
    return not any(
        _is_torn(cell, quote) or (any(other in cell for other in others) and not _is_prose_or_number(cell))
        for cell in record
    )


def _is_torn(cell: str, quote: str) -> bool:
    """Whether a quote opens the cell and does not close it.

    The dialect's own ``quote`` was taken off already: one that is left was doubled, part of the value.
    """
    opening = cell[:1]
    return opening != quote and opening in ('"', "'") and (len(cell) == 1 or cell[-1] != opening)


def _is_prose_or_number(cell: str) -> bool:
    """A decimal comma, or text in which a comma or semicolon is followed by a space."""
    return bool(_NUMBER.fullmatch(cell)) or not re.search(r"[,;|]\S|\t", cell)


def _preamble(records: Sequence[Record], width: int) -> int:
    """Number of records above the header: narrower than the table, whose first record holds names."""
    for index, record in enumerate(records[:PREAMBLE_AT_MOST]):
        if len(record) > width:
            return 0
        if len(record) == width:
            if index and _names_all_but_one(records[index - 1], record):
                return index - 1
            return index if sum(map(_is_name, record)) >= width - 1 else 0
    return 0


def _is_name(cell: str) -> bool:
    """Whether a cell can be a column name: no number, except for a year."""
    text = cell.strip()
    return bool(text) and (not _NUMBER.fullmatch(text) or bool(_YEAR.fullmatch(text)))


def _names_all_but_one(above: Record, below: Record) -> bool:
    """Whether ``above`` is a header one name short, as with a delimiter at the end of each row."""
    return len(above) > 1 and len(above) == len(below) - 1 and all(above) and not below[-1]


def _has_header(table: Sequence[Record]) -> bool:
    """Whether the first record names the columns: each column votes by how its first cell differs.

    Undecided files have a header: most do.
    """
    if not table:
        return False
    first, rows = table[0], table[1:]
    if not rows:
        return not any(_NUMBER.fullmatch(cell.strip()) for cell in first)
    votes = [_header_vote(cell, [row[i] for row in rows if i < len(row)]) for i, cell in enumerate(first)]
    return sum(votes) >= 0


def _header_vote(cell: str, below: Sequence[str]) -> int:
    """+1 when ``cell`` names the values below it, -1 when it is one of them, 0 when it may be either."""
    values = [value.strip() for value in below if value.strip()]
    if not values or not cell.strip():
        return 0
    numeric = sum(bool(_NUMBER.fullmatch(value) or value[0].isdigit()) for value in values) / len(values)
    looks_like_value = cell.strip()[0].isdigit() or bool(_NUMBER.fullmatch(cell.strip()))
    if numeric > 0.9:
        # Years make column names too: 2019, 2020 over other numbers decide nothing.
        is_year = bool(_YEAR.fullmatch(cell.strip())) and cell not in values
        return 0 if is_year else -1 if looks_like_value else 1
    if looks_like_value:
        return 0
    return -1 if cell in below else 1 if len(set(values)) < len(values) else 0


def _footer(tail: str, dialect: Dialect, width: int) -> int:
    """Number of records at the very end that sum the table up or are no part of it."""
    records = [record for record in read_records(tail, dialect.delimiter, dialect.quote)[1:] if record]
    count = 0
    for record in reversed(records[-FOOTER_AT_MOST:]):
        is_partial = len(record) != width or not all(cell.strip() for cell in record)
        if not (is_partial and _TOTALS.match(record[0])):
            break
        count += 1
    return count if width > 1 else 0
