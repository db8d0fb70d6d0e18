"""Reads a dataset block by block, all columns at once: the way of files made of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor

import numpy as np
import pyarrow as pa

from dataops.engine.memory import kept_memory
from dataops.engine.profile import ColumnProfile
from dataops.engine.profilers.cells import Hashes, add_in_column
from dataops.engine.profilers.collector import Collector, Settings
from dataops.engine.profilers.found import ReadAgain
from dataops.engine.profilers.job import THREADS, Job
from dataops.engine.profilers.rows import RowHashes
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.typed import TypedNumbers, TypedTexts, collect_typed
from dataops.engine.protocols import Dataset

# Part of the time that goes into reading; the rest into the statistics of the columns.
READING = 0.8

Collectors = Mapping[int, Collector | TypedNumbers | TypedTexts]


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
    collectors: dict[int, Collector | TypedNumbers | TypedTexts] = {}
    blocks = dataset.blocks()
    batch = next(blocks, None)
    while batch is not None:
        if not collectors:
            for position, known in settings.items():
                kind = batch.column(position).type
                make = collect_typed if dataset.typed else _collect_text
                collectors[position] = make(kind, known, job.spools)
        # Each thread takes the next column when it is done with one; the next block is cut meanwhile.
        waiting = iter(collectors.items())
        parts = [pool.submit(_absorb, batch, waiting) for _ in range(min(THREADS, len(collectors)))]
        batch = next(blocks, None)
        hashes = np.add.reduce([part.result() for part in parts])
        if rows is not None:
            rows.add(hashes)
        job.report(done + READING * (1 - done) * dataset.fraction_read, "reading")
    return collectors


def _collect_text(kind: pa.DataType, settings: Settings, spools: Spools) -> Collector:
    return Collector(settings, spools)


def _absorb(
    batch: pa.RecordBatch, waiting: Iterator[tuple[int, Collector | TypedNumbers | TypedTexts]]
) -> Hashes:
    """Let columns have their part of the block; returns the sum of their hashes per row."""
    hashes: Hashes = np.zeros(batch.num_rows, np.uint64)
    for position, collector in waiting:
        add_in_column(hashes, collector.add(batch.column(position)), position)
    return hashes
