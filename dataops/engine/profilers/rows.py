"""Duplicate rows by 64-bit hashes, added up along the row."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from threading import Lock

import numpy as np

from dataops.engine.profilers.cells import Hashes, add_in_column
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.spool import Spools


class RowHashes:
    """One hash per row: the sum of the hashes of its cells, each told apart by its column.

    Two different rows among n share a hash with a probability below n**2 / 2**65: 3 in a million
    for ten million rows.
    """

    def __init__(self, spools: Spools) -> None:
        self._spool = spools.open(np.uint64)
        self._counting: Future[int] | None = None

    def add(self, hashes: Hashes) -> None:
        self._spool.add(hashes)

    def begin_counting(self, pool: Executor) -> None:
        """All rows are there: count beside what else is done in ``pool``."""
        self._counting = pool.submit(self._count)

    def count_duplicates(self) -> int:
        """Rows in surplus: all rows less the different ones."""
        return self._counting.result() if self._counting else self._count()

    def _count(self) -> int:
        keys = Keys.of(self._spool.load())
        return keys.total - keys.distinct


class RowSums:
    """The hashes of a known number of rows, while columns are added one after the other."""

    def __init__(self, rows: int) -> None:
        self._sums: Hashes = np.zeros(rows, np.uint64)
        self._lock = Lock()

    def add(self, start: int, hashes: Hashes, column: int) -> None:
        """Hashes of the cells of one column, from row number ``start`` on; from any thread."""
        with self._lock:
            add_in_column(self._sums[start : start + hashes.size], hashes, column)

    @property
    def sums(self) -> Hashes:
        return self._sums
