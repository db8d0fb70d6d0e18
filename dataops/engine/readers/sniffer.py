"""Finds the dialect of a delimited text: the one under which it looks most like a table."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from dataops.engine.intake import Dialect
from dataops.engine.readers import layout
from dataops.engine.readers.layout import NUMBER, Record, header_fits, is_name, table_width
from dataops.engine.readers.notations import sniff_notation

DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", " ", "||", "::", ";;", ", ")
RECORDS_LOOKED_AT = 1000
# Of a wide table fewer tell as much: as many as have about so many cells, but not below so many records.
CELLS_LOOKED_AT = 30_000
RECORDS_AT_LEAST = 20
ONE_COLUMN = 0.5
# Stands for a delimiter of several characters while text is cut: parsers know delimiters of one.
UNIT_SEPARATOR = "\x1f"

_MARKS = re.compile(r"""[,;\t|"']""")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([^\r\n]{1,4}?)\"?\r?[\n\r]", re.IGNORECASE)


def sniff_dialect(
    sample: str, tail: str = "", given: Mapping[str, Any] | None = None
) -> tuple[Dialect, tuple[str, ...]]:
    """The most convincing dialect of a text that begins with ``sample`` and ends with ``tail``.

    Fields that are ``given`` are kept. Candidates are a dozen delimiters and the quotes that occur.
    Each cuts the sample into records; it convinces by how many records share one field count, by how
    few cells still hold a delimiter, and by the number of fields, so that one column is the choice
    of last resort. A first line such as ``sep=;`` decides. Notes say what stays ambiguous.
    """
    given = dict(given or {})
    announced = _SEPARATOR_LINE.match(sample)
    if announced:
        given.setdefault("delimiter", announced[1])
        sample = sample[announced.end() :]
    best, records = _most_convincing(sample, given)
    width = table_width(records)
    skipped = layout.preamble(records, width)
    if "skip_records" in given:
        skipped = max(given["skip_records"] - bool(announced), 0)
    comment = given.get("comment", _comment(records[skipped:], width))
    table = [r for r in records[skipped:] if r and not (comment and r[0].startswith(comment))]
    if table and layout.lacks_index_name(table):
        table[0] = ["", *table[0]]
    header = given.get("header", layout.has_header(table))
    headers = given.get("header_records", layout.header_records(table) if header else 1)
    notation, notes = sniff_notation(layout.join_header(table[:headers]), table[header * headers :])
    last = [record for record in read_records(tail, best.delimiter, best.quote, best.escape)[1:] if record]
    found = replace(
        best,
        header=header,
        header_records=headers,
        skip_records=skipped + bool(announced),
        footer_records=layout.footer(last, width),
        comment=comment,
        confidence=round(best.confidence, 3),
        **notation,
    )
    return Dialect.from_dict(found.to_dict() | given), notes


def _most_convincing(sample: str, given: Mapping[str, Any]) -> tuple[Dialect, list[Record]]:
    """Delimiter, quote and escape, with the records they cut."""
    best, records = Dialect(confidence=0.0), read_records(sample, ",", '"')
    lines = sample.replace("\r", "\n").split("\n")[:RECORDS_LOOKED_AT]
    for candidate in _candidates(sample, given):
        if not candidate.quote and _conviction_at_most(lines, candidate.delimiter) <= best.confidence:
            continue
        cut = read_records(sample, candidate.delimiter, candidate.quote, candidate.escape)
        score = _conviction(cut, candidate.delimiter, candidate.quote)
        if score > best.confidence:
            best, records = replace(candidate, confidence=score), cut
    if not best.confidence and given:
        best = next(_candidates(sample, given))
        records = read_records(sample, best.delimiter, best.quote, best.escape)
    return best, records


def _candidates(sample: str, given: Mapping[str, Any]) -> Iterator[Dialect]:
    """Most usual first: at equal conviction the first candidate stays."""
    quotes = [given["quote"]] if "quote" in given else _quotes(sample)
    delimiters = (
        [given["delimiter"]] if "delimiter" in given else [d for d in DELIMITERS if d in sample or d in ",;|"]
    )
    for quote in quotes:
        escapes = ["", "\\"] if quote and f"\\{quote}" in sample else [""]
        for escape in [given["escape"]] if "escape" in given else escapes:
            for delimiter in delimiters:
                yield Dialect(delimiter, quote, escape=escape)


def _comment(records: Sequence[Record], width: int) -> str:
    """ "#" when the lines that begin with it are no rows of the table."""
    marked = [record for record in records if record and record[0].startswith("#")]
    rare = len(marked) * 2 < len(records)
    return "#" if marked and width > 1 and rare and all(len(r) != width for r in marked) else ""


def read_records(text: str, delimiter: str, quote: str, escape: str = "") -> list[Record]:
    """The first records of ``text``, at most 1000 and fewer of wide ones; a blank line is an empty record.

    A field too long for the csv module ends the list: nothing beyond it is looked at.
    """
    if len(delimiter) > 1:
        text, delimiter = text.replace(delimiter, UNIT_SEPARATOR), UNIT_SEPARATOR
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        escapechar=escape or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    records: list[Record] = []
    cells = 0
    with contextlib.suppress(csv.Error):
        for record in islice(reader, RECORDS_LOOKED_AT):
            records.append(record)
            cells += len(record)
            if cells > CELLS_LOOKED_AT and len(records) >= RECORDS_AT_LEAST:
                break
    return records


def _quotes(sample: str) -> list[str]:
    """Double quotes first: at equal conviction the first candidate stays."""
    quotes = ['"']
    single = r"(?:^|[,;\t|:])'[^'\n]*'(?:[,;\t|:]|\r?$)"
    if "'" in sample and (lines := re.findall(single, sample, re.MULTILINE)):
        usual = '"' not in sample and len(lines) > sample.count("\n") / 2
        quotes.insert(0 if usual else 1, "'")
    if '"' in sample:
        quotes.append("")
    return quotes


def _conviction(records: Sequence[Record], delimiter: str, quote: str) -> float:
    """How much the records look like a table, 0..1."""
    filled = [record for record in records if record]
    if not filled:
        return 0.0
    width = table_width(filled)
    if not _may_delimit(filled, delimiter, width):
        return 0.0
    above = layout.preamble(filled, width)
    table = [record for record in filled[above:] if len(record) == width]
    # A preamble does not speak against a table that is itself regular. The square keeps prose, where
    # many lines happen to hold as many commas, below one column.
    rows = len(filled) - above - layout.lacks_index_name([filled[0], *table])
    regular = len(table) / rows
    clean = sum(_is_clean(record, delimiter, quote) for record in table) / len(table)
    score = regular**2 * clean * (1 - (1 - ONE_COLUMN) / width)
    if score and _is_ragged_table(filled):
        return max(score, ONE_COLUMN + score / 10)
    return score


def _conviction_at_most(lines: Sequence[str], delimiter: str) -> float:
    """What it may come to where each line is a record: no record has more fields than delimiters."""
    return 1 - (1 - ONE_COLUMN) / (1 + max(line.count(delimiter) for line in lines))


def _may_delimit(filled: Sequence[Record], delimiter: str, width: int) -> bool:
    """Whether marks that are common in values as well are delimiters here.

    Times and addresses hold colons: only a header cut by them makes them delimiters. Spaces, alone
    or behind a comma, stand in prose: they must cut every record alike, and names above the rest.
    """
    if width > 2 and all(not any(record[1::2]) for record in filled if len(record) == width):
        # Every second column is empty: the delimiter is a doubled one.
        return False
    named = len(filled[0]) == width and all(map(is_name, filled[0]))
    if delimiter in (":", "::"):
        return named
    if delimiter in (" ", ", "):
        least = 3 if delimiter == " " else 2
        return named and width >= least and len(filled) > 2 and all(len(r) == width for r in filled)
    return True


def _is_ragged_table(filled: Sequence[Record]) -> bool:
    """Whether the header speaks for the delimiter although rows of other widths speak against it.

    Prose, which is one column, has lines without the delimiter, or a space behind it.
    """
    return (
        header_fits(filled)
        and all(len(record) > 1 for record in filled)
        and not any(name[0].isspace() for name in filled[0])
    )


def _is_clean(record: Record, delimiter: str, quote: str) -> bool:
    """Whether no cell looks as if it should have been cut further, or as if a cut went through it."""
    if not _MARKS.search("".join(record).replace(delimiter, "")):
        return True
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
    return bool(NUMBER.fullmatch(cell)) or not re.search(r"[,;|]\S|\t", cell)
