"""Failing rows made narrow enough for a page."""

from dataclasses import replace

from quality.selectors import ShownRow, ShownRows

COLUMNS_SHOWN = 10
ROWS_SHOWN = 10


def narrowed(sample: ShownRows) -> ShownRows:
    """The first rows, and of many columns those the check looks at and the first of the others."""
    cells = sample.rows[0].cells if sample.rows else ()
    marked = [i for i, cell in enumerate(cells) if cell.marked][:COLUMNS_SHOWN]
    others = [i for i, cell in enumerate(cells) if not cell.marked][: COLUMNS_SHOWN - len(marked)]
    shown = sorted(marked + others)
    rows = [ShownRow(row.number, tuple(row.cells[i] for i in shown)) for row in sample.rows[:ROWS_SHOWN]]
    return replace(sample, columns=tuple(sample.columns[i] for i in shown), rows=tuple(rows))
