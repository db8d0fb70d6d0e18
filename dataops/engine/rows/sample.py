"""Failing rows as people see them: a few, with their place in the file and the text that stands there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlglot import exp

from dataops.engine.protocols import Dataset, Progress

CUT_MARK = "…"

# Numbers of failing rows, rising, and the columns they are about.
Wanted = tuple[NDArray[np.int64], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many failing rows are kept, of each result and in all; how wide, and how much of each cell.

    ``numbers`` is of how many rows of a result the place in the file is kept.
    """

    rows_per_result: int = 20
    rows: int = 1000
    columns: int = 40
    characters: int = 300
    numbers: int = 500_000


@dataclass(frozen=True, slots=True)
class SampleRow:
    """``number`` is the line of the row (or its number as a record); ``cells`` are in column order."""

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows that fail one check; ``marked`` are the columns it looks at.

    ``numbers`` tell where all failing rows stand, rising, shape (n,).
    """

    columns: tuple[str, ...]
    marked: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    numbers: NDArray[np.int64]


def marked_columns(failing: exp.Expr, column: str, names: Collection[str]) -> tuple[str, ...]:
    """The columns a result is about: its own, or those its condition looks at, in file order."""
    used = {found.name for found in failing.find_all(exp.Column)} | {column}
    return tuple(name for name in names if name in used)


def read_samples(
    dataset: Dataset, wanted: Sequence[Wanted], sampling: Sampling, progress: Progress
) -> list[Sample]:
    """For each (numbers of failing rows, marked columns) the first of the rows, as they are written."""
    first = _first(wanted, sampling)
    needed = sorted({number for numbers in first for number in numbers})
    texts = dict(read_rows(dataset, needed, lambda: progress(dataset.fraction_read, "reading failing rows")))
    positions = {name: i for i, name in enumerate(dataset.names)}
    samples = []
    for (numbers, marked), few in zip(wanted, first, strict=True):
        shown = shown_columns(dataset.names, marked, sampling.columns)
        rows = [
            SampleRow(number, tuple(cut(texts[number][positions[n]], sampling.characters) for n in shown))
            for number in few
        ]
        samples.append(Sample(shown, marked[: sampling.columns], tuple(rows), numbers))
    return samples


def _first(wanted: Sequence[Wanted], sampling: Sampling) -> list[list[int]]:
    """Numbers of the rows to show of each, within the limits."""
    shown, left = [], sampling.rows
    for numbers, _ in wanted:
        shown.append(numbers[: min(left, sampling.rows_per_result)].tolist())
        left -= len(shown[-1])
    return shown


def read_rows(
    dataset: Dataset, numbers: Sequence[int], on_block: Callable[[], None] = lambda: None
) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    """The rows with these ``numbers`` (rising), cell by cell as text; stops reading after the last."""
    if not len(numbers):
        return
    searched = pa.array(numbers, pa.int64())
    for block, places in dataset.numbered_blocks():
        on_block()
        kept = pc.is_in(pa.array(places), searched)
        found = [_texts(column) for column in block.filter(kept).columns]
        yield from zip(pa.array(places).filter(kept).to_pylist(), zip(*found, strict=True), strict=True)
        if block.num_rows and places[-1] >= numbers[-1]:
            return


def _texts(cells: pa.Array) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in cells.to_pylist()]


def shown_columns(names: Sequence[str], marked: Sequence[str], most: int) -> tuple[str, ...]:
    """All columns in file order, or of too many the marked ones and the first of the others."""
    others = [name for name in names if name not in set(marked)]
    kept = {*marked[:most], *others[: max(0, most - len(marked))]}
    return tuple(name for name in names if name in kept)


def cut(text: str | None, characters: int) -> str | None:
    return text if text is None or len(text) <= characters else text[: characters - 1] + CUT_MARK
