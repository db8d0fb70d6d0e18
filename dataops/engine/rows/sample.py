"""Failing rows as people see them: a few, with their place in the file and the text that stands there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlglot import exp

from dataops.engine.protocols import Answer, Dataset, NumberedBlock, Progress, Rows
from dataops.engine.sql import OutputColumn
from dataops.engine.types import RowKind

CUT_MARK = "…"

# Numbers of failing rows, rising, and the columns they are about.
Wanted = tuple[NDArray[np.int64], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many failing rows are kept, of each result and in all; how wide, and how much of each cell.

    ``numbers`` is of how many rows of a result the place in the file is kept. ``unplaced`` is how
    many are kept of a result whose rows stand in no file, from which they could be read again.
    """

    rows_per_result: int = 20
    unplaced: int = 200
    rows: int = 1000
    columns: int = 40
    characters: int = 300
    numbers: int = 500_000


@dataclass(frozen=True, slots=True)
class SampleRow:
    """``number`` is the line of the row (or its number as a record); ``cells`` are in column order.

    Rows that stand in no file are counted from 1 as they come.
    """

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows that fail one check, of ``total``; ``marked`` are the columns it looks at.

    ``numbers`` tell where all failing rows stand, rising, shape (n,); empty where they have no place.
    ``drawn_from`` are, of the columns of an answer, those of the data that each may be made of.
    """

    columns: tuple[str, ...]
    marked: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    total: int
    kind: RowKind = RowKind.FILE
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    drawn_from: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read_answer(rows: Rows, answer: Answer, sampling: Sampling) -> Sample:
    """The first rows of what a query makes of the data; raises InvalidPlan when it is refused."""
    found = rows.query(exp.select("*").from_(answer.query.subquery("bad")).limit(sampling.unplaced))
    columns = _fitting(answer.columns, len(found[0]) if found else 0)[: sampling.columns]
    return Sample(
        columns=tuple(column.name for column in columns),
        marked=(),
        rows=numbered_rows(found, len(columns), sampling),
        total=answer.count,
        kind=RowKind.ANSWER,
        drawn_from={column.name: column.drawn_from for column in columns},
    )


def _fitting(columns: Sequence[OutputColumn], width: int) -> Sequence[OutputColumn]:
    """The columns; nameless ones of any of their origins where the answer has another number of them."""
    if len(columns) == width:
        return columns
    anything = frozenset().union(*(column.drawn_from for column in columns))
    return [OutputColumn(f"column {i}", anything) for i in range(1, width + 1)]


def numbered_rows(found: Iterable[Sequence[Any]], columns: int, sampling: Sampling) -> tuple[SampleRow, ...]:
    """Rows as text, from 1, of each the first ``columns`` cells."""
    return tuple(
        SampleRow(number, tuple(cut(_text(cell), sampling.characters) for cell in row[:columns]))
        for number, row in enumerate(found, start=1)
    )


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
        samples.append(Sample(shown, marked[: sampling.columns], tuple(rows), len(numbers), numbers=numbers))
    return samples


def _first(wanted: Sequence[Wanted], sampling: Sampling) -> list[list[int]]:
    """Numbers of the rows to show of each, within the limits."""
    shown, left = [], sampling.rows
    for numbers, _ in wanted:
        shown.append(numbers[: min(left, sampling.rows_per_result)].tolist())
        left -= len(shown[-1])
    return shown


class Numbered(Protocol):
    """What has rows that stand somewhere: a dataset, or one that is read elsewhere."""

    def numbered_blocks(self) -> Iterator[NumberedBlock]: ...


def read_rows(
    dataset: Numbered, numbers: Sequence[int], on_block: Callable[[], None] = lambda: None
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
    return [_text(cell) for cell in cells.to_pylist()]


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def shown_columns(names: Sequence[str], marked: Sequence[str], most: int) -> tuple[str, ...]:
    """All columns in file order, or of too many the marked ones and the first of the others."""
    others = [name for name in names if name not in set(marked)]
    kept = {*marked[:most], *others[: max(0, most - len(marked))]}
    return tuple(name for name in names if name in kept)


def cut(text: str | None, characters: int) -> str | None:
    return text if text is None or len(text) <= characters else text[: characters - 1] + CUT_MARK
