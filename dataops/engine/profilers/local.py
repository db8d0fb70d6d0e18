"""Profiles a dataset on this machine, exactly, in one pass over its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profilers.bag import Bag
from dataops.engine.profilers.columns import profile_column
from dataops.engine.profilers.missing import DEFAULT_POLICY, MissingPolicy
from dataops.engine.profilers.rows import Hashes, count_duplicates, value_hashes
from dataops.engine.protocols import Dataset, Progress
from dataops.engine.types import ColumnType

THREADS = 2
# Part of the time that goes into reading; the rest into the statistics of the columns.
READING = 0.8


def profile(
    dataset: Dataset,
    *,
    missing: MissingPolicy = DEFAULT_POLICY,
    like: Profile | None = None,
    types: Mapping[str, ColumnType] | None = None,
    progress: Progress | None = None,
) -> Profile:
    """The profile of all rows of ``dataset``.

    With ``like``, histograms are counted on the reference's edges and categories on its values, so
    that the two can be compared exactly, and its types are expected. ``types`` names the expected
    type of columns that are known from before, without ``like`` or against it.

    Raises what the dataset raises, and Cancelled when ``progress`` does.
    """
    report = progress or (lambda fraction, stage: None)
    reference = {} if like is None else {column.name: column for column in like.columns}
    expected = {name: column.type for name, column in reference.items()} | dict(types or {})
    bags = [Bag() for _ in dataset.names]
    rows: list[Hashes] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="profile") as pool:
        for batch in dataset.blocks():
            parts = pool.map(lambda part, batch=batch: _absorb(batch, bags, part), range(THREADS))
            rows.append(np.add.reduce(list(parts)))
            report(READING * dataset.fraction_read, "reading")

        def finish(position: int) -> ColumnProfile:
            name = dataset.names[position]
            return profile_column(
                name,
                bags[position],
                typed=dataset.typed,
                policy=missing,
                expected=expected.get(name),
                like=reference.get(name),
            )

        columns = []
        for column in pool.map(finish, range(len(bags))):
            columns.append(column)
            report(READING + (1 - READING) * len(columns) / len(bags), "columns")
    return Profile(columns[0].rows, count_duplicates(rows), dataset.bytes, tuple(columns))


def _absorb(batch: pa.RecordBatch, bags: list[Bag], part: int) -> Hashes:
    """Put every second column, from ``part`` on, into its bag; returns their part of the row hashes."""
    hashes: Hashes = np.zeros(batch.num_rows, np.uint64)
    for position in range(part, len(bags), THREADS):
        encoded = batch.column(position).dictionary_encode()
        size = len(encoded.dictionary)
        codes = encoded.indices.fill_null(size).to_numpy(zero_copy_only=False)
        counts = np.bincount(codes, minlength=size + 1)
        bags[position].add(encoded.dictionary, counts[:size], int(counts[size]))
        hashes += value_hashes(encoded.dictionary, position)[codes]
    return hashes
