"""One clean table, damaged in the ways that real files are: each with what should be read from it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

NAMES = ["order", "day", "customer", "amount", "city", "note"]
ROWS = 60
Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Polluted:
    """The bytes of a file, and the header and rows that are in it."""

    name: str
    content: bytes
    header: list[str]
    rows: Table


def base_rows() -> Table:
    """Sixty orders; some notes hold delimiters and quotes."""
    draw = random.Random(7)
    cities = ["Oslo", "Köln", "São Paulo", "New York", "Kraków"]
    notes = ["", "fragile, glass", 'pipe of 5" width', "call first; then ring", "plain"]
    return [_order(number, draw, draw.choice(cities), draw.choice(notes)) for number in range(ROWS)]


def _order(number: int, draw: random.Random, city: str, note: str) -> list[str]:
    day = f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    amount = f"{draw.randint(100, 99999) / 100:.2f}"
    return [f"A-{number:04}", day, f"customer {draw.randint(1, 40)}", amount, city, note]


def write(
    lines: Table,
    *,
    delimiter: str = ",",
    quote: str = '"',
    escape: str = "",
    end: str = "\n",
    final: str | None = None,
) -> str:
    texts = [delimiter.join(_cell(cell, delimiter, quote, escape) for cell in line) for line in lines]
    return end.join(texts) + (end if final is None else final)


def _cell(cell: str, delimiter: str, quote: str, escape: str) -> str:
    if not any(mark in cell for mark in (delimiter, quote, "\n", "\\")):
        return cell
    inner = (
        cell.replace(escape, escape * 2).replace(quote, escape + quote)
        if escape
        else cell.replace(quote, quote * 2)
    )
    return f"{quote}{inner}{quote}"


def polluted() -> Iterator[Polluted]:
    """Every pollution once, those of one row at each row, those of one cell at each cell."""
    rows = base_rows()
    yield from _whole_files(rows)
    for at in range(0, ROWS, 3):
        yield from _one_row(rows, at)


def _whole_files(rows: Table) -> Iterator[Polluted]:
    lines = [NAMES, *rows]
    plain = write(lines)
    texts = {
        "clean": plain,
        "no final line end": write(lines, final=""),
        "two final line ends": write(lines, final="\n\n"),
        "preamble": "Orders of the year,,,,,\n,,,,,\n" + plain,
        "preamble without delimiters": "Orders of the year\nprinted today\n\n" + plain,
        "line ends of a Mac": write(lines, end="\r"),
        "line ends of Windows": write(lines, end="\r\n"),
        "quote '": write(lines, quote="'"),
        "escape": write(lines, escape="\\"),
        "footer": plain + f"\nTotal rows: {ROWS}\n",
        "sep line": "sep=;\n" + write(lines, delimiter=";"),
    }
    for delimiter in (";", "\t", "|", "^", "||", ", "):
        texts[f"delimiter {delimiter!r}"] = write(lines, delimiter=delimiter)
    for name, text in texts.items():
        yield Polluted(name, text.encode(), NAMES, rows)
    for encoding in ("utf-8-sig", "utf-16", "cp1250"):
        yield Polluted(encoding, plain.replace("ã", "á").encode(encoding), NAMES, _without_tilde(rows))
    yield Polluted("no header", write(rows).encode(), [], rows)
    yield Polluted("one row", write(lines[:2]).encode(), NAMES, rows[:1])
    doubled = [f"{name} {name}" for name in NAMES]
    yield Polluted("header of two lines", write([NAMES, *lines]).encode(), doubled, rows)
    yield Polluted("a second, narrower table", (plain + "x,y\n1,2\n3,4\n").encode(), NAMES, rows)
    yield Polluted("joined exports", (plain + plain).encode(), NAMES, rows + rows)


def _without_tilde(rows: Table) -> Table:
    return [[cell.replace("ã", "á") for cell in row] for row in rows]


def _one_row(rows: Table, at: int) -> Iterator[Polluted]:
    """A row with a field too many, too few, a stray quote in a cell, or another delimiter; too wide and too
    narrow ones belong to the rejects, so that the others are what should be read."""
    others = rows[:at] + rows[at + 1 :]
    for place in range(len(NAMES) - 1):
        wide, stray = list(rows), list(rows)
        wide[at] = [*rows[at][: place + 1], "", *rows[at][place + 1 :]]
        yield Polluted(f"row {at}: extra field {place}", write([NAMES, *wide]).encode(), NAMES, others)
        cells = list(rows[at])
        merged = [*cells[:place], cells[place] + cells[place + 1], *cells[place + 2 :]]
        narrow = [*rows[:at], merged, *rows[at + 1 :]]
        yield Polluted(f"row {at}: field {place} lost", write([NAMES, *narrow]).encode(), NAMES, others)
        stray[at] = [*cells[:place], f"{cells[place]}\N{LEFT DOUBLE QUOTATION MARK}", *cells[place + 1 :]]
        text = write([NAMES, *stray]).replace("\N{LEFT DOUBLE QUOTATION MARK}", '"')
        kept = [[cell.replace("\N{LEFT DOUBLE QUOTATION MARK}", '"') for cell in row] for row in stray]
        yield Polluted(f"row {at}: stray quote {place}", text.encode(), NAMES, kept)
    if not rows[at][5]:
        text = write([NAMES, *rows[:at]]) + write([rows[at]], delimiter=";") + write(rows[at + 1 :])
        yield Polluted(f"row {at}: other delimiter", text.encode(), NAMES, others)
