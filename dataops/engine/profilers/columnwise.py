"""Reads a dataset column by column: the way of files and tables that are stored so."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor

from dataops.engine.profile import ColumnProfile
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.job import Job
from dataops.engine.profilers.rows import RowSums
from dataops.engine.profilers.typed import TypedNumbers, TypedTexts, collect_typed
from dataops.engine.protocols import Columnar


def profile_columns(dataset: Columnar, job: Job, pool: Executor) -> Iterator[tuple[int, ColumnProfile]]:
    """Each column's number and profile, as they are done; fills ``job.rows``."""
    sums = RowSums(dataset.rows)

    def profile(position: int) -> ColumnProfile:
        return job.finish(position, _read(dataset, job, position, sums))

    for position, column in enumerate(pool.map(profile, range(len(job.settings)))):
        job.report((position + 1) / len(job.settings), "columns")
        yield position, column
    job.rows.add(sums.sums)


def _read(dataset: Columnar, job: Job, position: int, sums: RowSums) -> Found:
    settings, first = job.settings[position], True
    while True:
        collector: TypedNumbers | TypedTexts | None = None
        row = 0
        for part in dataset.column_blocks(position):
            collector = collector or collect_typed(part.type, settings, job.spools)
            hashes = collector.add(part)
            if first:
                sums.add(row, hashes, position)
            row += len(part)
        if collector is None:
            return Found.nothing(settings.expected, 0)
        try:
            return collector.found()
        except ReadAgain as again:
            settings, first = settings.after(again), False
