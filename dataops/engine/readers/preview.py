"""The beginning of a file as it would be read, for a person to look at and correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dataops.engine.errors import InspectionError
from dataops.engine.intake import MEBIBYTE, Detected, Dialect
from dataops.engine.protocols import Dataset

ROWS_SHOWN = 20
CELL_SHOWN = 200
# Keys of JSON are gathered from so many records; a workbook is read as a whole, so not a large one.
RECORDS_LOOKED_AT = 1000
SHEET_BYTES_LOOKED_AT = 128 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows under a dialect; ``problem`` says why there are none.

    ``lines`` are where the ``rows`` stand in the file. Cells are cut to 200 characters.
    """

    detected: Detected
    dialect: Dialect | None
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


def preview_of(detected: Detected, open_detected: Callable[[], Dataset]) -> Preview:
    """What ``open_detected()``, the dataset of ``detected``, begins with."""
    try:
        dataset = open_detected()
        block, lines = next(iter(dataset.numbered_blocks()))
    except InspectionError as error:
        return Preview(detected, detected.dialect, problem=str(error))
    except StopIteration:
        return Preview(detected, detected.dialect, problem="no row could be read this way")
    shown = block.slice(0, ROWS_SHOWN).to_pylist()
    rows = tuple(tuple("" if v is None else str(v)[:CELL_SHOWN] for v in row.values()) for row in shown)
    return Preview(
        detected, dataset.dialect, dataset.names, rows, tuple(lines[:ROWS_SHOWN].tolist()), dataset.notes
    )
