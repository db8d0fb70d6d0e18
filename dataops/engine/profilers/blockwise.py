"""Reads a dataset block by block, all columns at once: the way of files made of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial, reduce
from itertools import islice

import numpy as np
import pyarrow as pa

from dataops.engine.fields import Fields
from dataops.engine.memory import kept_memory
from dataops.engine.profile import ColumnProfile
from dataops.engine.profilers.cells import Hashes, add_in_column
from dataops.engine.profilers.collector import Collector, Settings
from dataops.engine.profilers.found import ReadAgain
from dataops.engine.profilers.job import THREADS, Job
from dataops.engine.profilers.regular import read_fields
from dataops.engine.profilers.rows import RowHashes
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.typed import TypedNumbers, TypedTexts, collect_typed
from dataops.engine.protocols import Cut, Dataset
from dataops.engine.types import ColumnType

# Part of the time that goes into reading; the rest into the statistics of the columns.
READING = 0.8

# Up to so many columns of text are copied out of a block one by one, so that one thread waits little for
# another; more in a group for each thread, as rows lie together in memory.
FEW = 50

Column = Collector | TypedNumbers | TypedTexts
Collectors = Mapping[int, Column]
Task = Callable[[Hashes], None]


def profile_blocks(dataset: Dataset, job: Job, pool: Executor) -> Iterator[tuple[int, ColumnProfile]]:
    """Each column's number and profile, as they are done; fills ``job.rows``.

    Columns that turn out to be of another kind than they seemed are read once more, together.
    """
    pending = dict(enumerate(job.settings))
    rows: RowHashes | None = job.rows
    done = 0.0
    while pending:
        with kept_memory():
            collectors = _collect(dataset, job, pool, pending, rows, done)
        if rows is not None:
            rows.begin_counting(pool)
            rows = None
        done += READING * (1 - done)

        def finish(position: int, collectors: Collectors = collectors) -> ColumnProfile | ReadAgain:
            try:
                return job.finish(position, collectors[position].found())
            except ReadAgain as other:
                return other

        again: dict[int, Settings] = {}
        step = (1 - done) / len(pending)
        for position, result in zip(collectors, pool.map(finish, collectors), strict=True):
            if isinstance(result, ColumnProfile):
                done += step
                job.report(min(done, 1.0), "columns")
                yield position, result
            else:
                again[position] = pending[position].after(result)
        pending = again


def _collect(
    dataset: Dataset,
    job: Job,
    pool: Executor,
    settings: Mapping[int, Settings],
    rows: RowHashes | None,
    done: float,
) -> Collectors:
    collectors: Collectors = {}
    blocks = dataset.cut_blocks() if isinstance(dataset, Cut) else dataset.blocks()
    block = next(blocks, None)
    while block is not None:
        collectors = collectors or _start(block, dataset.typed, settings, job.spools)
        # Each thread takes the next task when it is done with one; the next block is cut meanwhile.
        tasks = iter(_tasks(block, collectors))
        parts = [pool.submit(_work, tasks, block.num_rows) for _ in range(min(THREADS, len(collectors)))]
        block = next(blocks, None)
        hashes = [part.result() for part in parts]
        if rows is not None:
            rows.add(reduce(np.add, hashes))
        job.report(done + READING * (1 - done) * dataset.fraction_read, "reading")
    return collectors


def _start(
    block: pa.RecordBatch | Fields, typed: bool, settings: Mapping[int, Settings], spools: Spools
) -> Collectors:
    if typed and isinstance(block, pa.RecordBatch):
        kinds = block.schema.types
        return {p: collect_typed(kinds[p], known, spools) for p, known in settings.items()}
    return {p: Collector(known, spools) for p, known in settings.items()}


def _work(tasks: Iterator[Task], rows: int) -> Hashes:
    """Do tasks until none is left; returns the sums of the hashes of their columns, per row."""
    hashes: Hashes = np.zeros(rows, np.uint64)
    for task in tasks:
        task(hashes)
    return hashes


def _tasks(block: pa.RecordBatch | Fields, collectors: Collectors) -> list[Task]:
    """What is to be done with a block; each task adds the hashes of its columns to those of the rows."""
    if not isinstance(block, Fields):
        return [partial(_add, p, block.column(p), collector) for p, collector in collectors.items()]
    texts = {p: c for p, c in collectors.items() if isinstance(c, Collector)}
    regular = {p: kind for p, c in texts.items() if (kind := c.reads)}
    others = [p for p in texts if p not in regular]
    shares = [dict(islice(regular.items(), first, None, THREADS)) for first in range(THREADS)]
    size = 1 if len(others) <= FEW else -(-len(others) // THREADS)
    groups = [others[first : first + size] for first in range(0, len(others), size)]
    return [
        *(partial(_read, block, share, texts) for share in shares if share),
        *(partial(_copy, block, group, texts) for group in groups),
    ]


def _add(position: int, cells: pa.Array, collector: Column, hashes: Hashes) -> None:
    add_in_column(hashes, collector.add(cells), position)


def _read(
    fields: Fields, kinds: Mapping[int, ColumnType], collectors: Mapping[int, Collector], hashes: Hashes
) -> None:
    """Columns of numbers and times get what was read where it lies."""
    for position, read in read_fields(fields, kinds, hashes):
        collectors[position].add_read(read, fields.num_rows)


def _copy(
    fields: Fields, positions: Sequence[int], collectors: Mapping[int, Collector], hashes: Hashes
) -> None:
    """Other columns get their texts."""
    for position, texts in zip(positions, fields.columns(positions), strict=True):
        _add(position, texts, collectors[position], hashes)
