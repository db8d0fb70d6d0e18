"""A database for one inspection: on disk, bounded, shut off from everything, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine.errors import InvalidPlan
from dataops.engine.protocols import Progress
from dataops.engine.scratch import remove_leftovers, scratch_folder

PREFIX = "dataops-rows-"
POLL_SECONDS = 0.5

# In this order: afterwards no setting can be changed any more.
SHUT = (
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """How much memory, disk and time queries over rows may take; each statement has the time."""

    memory_bytes: int = 512 << 20
    disk_bytes: int = 64 << 30
    threads: int = 2
    statement_seconds: float = 120.0


class Sandbox:
    """A DuckDB of its own, without files, network, extensions or settings to change.

    ``progress`` is called while a statement runs, from the thread that asked; when it raises, the
    statement is stopped. Use ``Sandbox.opened``, which removes the database whatever happens.
    """

    def __init__(
        self,
        limits: SandboxLimits | None = None,
        progress: Progress | None = None,
        folder: Path | None = None,
    ) -> None:
        self.limits = limits or SandboxLimits()
        self.report = progress or (lambda fraction, stage: None)
        self.root = Path(folder or tempfile.gettempdir())
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rows")
        self._stack = ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._names = 0

    @classmethod
    @contextmanager
    def opened(
        cls,
        limits: SandboxLimits | None = None,
        progress: Progress | None = None,
        folder: Path | None = None,
    ) -> Iterator[Sandbox]:
        """A sandbox in a folder of its own below ``folder`` (the system's one for temporary files)."""
        sandbox = cls(limits, progress, folder)
        try:
            yield sandbox
        finally:
            sandbox.close()

    def close(self) -> None:
        self._worker.shutdown()
        self._stack.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        """The database, made when the first statement comes."""
        if self._connection is None:
            remove_leftovers(PREFIX, self.root)
            folder = self._stack.enter_context(scratch_folder(PREFIX, self.root))
            self._connection = self._stack.enter_context(_shut_off(folder, self.limits))
        return self._connection

    def new_name(self) -> str:
        """A name no relation has yet."""
        self._names += 1
        return f"rows_{self._names}"

    def run(self, sql: str, block: pa.RecordBatch | None = None) -> None:
        """Run a statement; ``block`` is the relation ``block`` in it."""
        self._wait(self._worker.submit(self._run, sql, block, "none"))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of the answer. Raises InvalidPlan when the statement is refused or takes too long."""
        return list(self._wait(self._worker.submit(self._run, sql, None, "rows")))

    def fetch_numbers(self, sql: str) -> NDArray[np.int64]:
        """The only column of the answer, whole numbers."""
        found: NDArray[np.int64] = self._wait(self._worker.submit(self._run, sql, None, "numbers"))
        return found

    def _run(self, sql: str, block: pa.RecordBatch | None, answer: str) -> Any:
        connection = self._connect()
        if block is not None:
            connection.register("block", block)
        result = connection.execute(sql)
        if block is not None:
            connection.unregister("block")
        if answer == "rows":
            return result.fetchall()
        if answer == "numbers":
            return np.asarray(next(iter(result.fetchnumpy().values())), dtype=np.int64)
        return None

    def _wait(self, work: Future[Any]) -> Any:
        """The result of ``work``; reports meanwhile, and stops it when time is up or nobody wants it."""
        deadline = monotonic() + self.limits.statement_seconds
        try:
            while True:
                try:
                    return work.result(timeout=POLL_SECONDS)
                except TimeoutError:
                    if monotonic() > deadline:
                        raise InvalidPlan(
                            f"the query took longer than {self.limits.statement_seconds:.0f} seconds"
                            " and was stopped; make it simpler, or check less data"
                        ) from None
                    self.report(0.5, "asking rows")
        except duckdb.Error as error:
            raise InvalidPlan(f"the query cannot be answered: {_first_line(error)}") from error
        finally:
            if not work.done() and self._connection is not None:
                self._connection.interrupt()


def _shut_off(folder: Path, limits: SandboxLimits) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        str(folder / "rows.duckdb"),
        config={
            "memory_limit": f"{limits.memory_bytes >> 20}MiB",
            "threads": limits.threads,
            "temp_directory": str(folder / "spill"),
            "max_temp_directory_size": f"{limits.disk_bytes >> 20}MiB",
        },
    )
    for setting in SHUT:
        connection.execute(f"SET {setting}")
    return connection


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().split("\n")[0]
