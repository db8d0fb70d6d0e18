"""Profiles a dataset on this machine, exactly, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profilers.blockwise import profile_blocks
from dataops.engine.profilers.collector import Settings
from dataops.engine.profilers.columns import profile_column
from dataops.engine.profilers.columnwise import profile_columns
from dataops.engine.profilers.found import Found
from dataops.engine.profilers.job import THREADS, Job
from dataops.engine.profilers.missing import DEFAULT_POLICY, MissingPolicy
from dataops.engine.profilers.rows import RowHashes
from dataops.engine.profilers.sketching import with_sketches
from dataops.engine.profilers.spool import Spools
from dataops.engine.protocols import Columnar, Dataset, Progress
from dataops.engine.types import ColumnType


def profile(
    dataset: Dataset,
    *,
    missing: MissingPolicy = DEFAULT_POLICY,
    like: Profile | None = None,
    types: Mapping[str, ColumnType] | None = None,
    mergeable: bool = False,
    progress: Progress | None = None,
    on_column: Callable[[ColumnProfile], None] | None = None,
) -> Profile:
    """The profile of all rows of ``dataset``.

    With ``like``, histograms are counted on the reference's edges and categories on its values, so
    that the two can be compared exactly, and its types are expected. ``types`` names the expected
    type of columns that are known from before, without ``like`` or against it. ``on_column`` gets
    the profile of each column as soon as it is there. With ``mergeable`` a second pass makes the
    sketches that keep merged parts close to the whole.

    Raises what the dataset raises, DiskFull when there is no room for temporary files, and Cancelled
    when ``progress`` does; that is called after each block and each column.
    """
    reference = {} if like is None else {column.name: column for column in like.columns}
    expected = {name: column.type for name, column in reference.items()} | dict(types or {})

    def finish(position: int, found: Found) -> ColumnProfile:
        name = dataset.names[position]
        return profile_column(name, found, reference.get(name))

    with Spools() as spools, ThreadPoolExecutor(THREADS, thread_name_prefix="profile") as pool:
        job = Job(
            [Settings(missing.of(name), expected.get(name)) for name in dataset.names],
            spools,
            RowHashes(spools),
            finish,
            progress or (lambda fraction, stage: None),
        )
        if isinstance(dataset, Columnar) and dataset.by_column:
            finished = profile_columns(dataset, job, pool)
        else:
            finished = profile_blocks(dataset, job, pool)
        columns: dict[int, ColumnProfile] = {}
        for position, column in finished:
            columns[position] = column
            if on_column is not None:
                on_column(column)
        ordered = tuple(columns[position] for position in range(len(columns)))
        found = Profile(ordered[0].rows, job.rows.count_duplicates(), dataset.bytes, ordered)
    return with_sketches(found, dataset, missing) if mergeable else found
