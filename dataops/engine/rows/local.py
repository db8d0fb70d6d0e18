"""The rows of any dataset in a database of their own, made when they are first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy
from dataops.engine.protocols import Dataset, NumberedBlock
from dataops.engine.rows.cells import read_cells
from dataops.engine.rows.part import profile_part
from dataops.engine.rows.sandbox import Sandbox
from dataops.engine.rows.subset import Subset
from dataops.engine.sql import DATA, ROW_NUMBER, column, negated, row_number
from dataops.engine.sql.build import CONTENT, INVALID
from dataops.engine.sql.text import DIALECT
from dataops.engine.types import ColumnType

SQL_TYPES = {
    ColumnType.INTEGER: "BIGINT",
    ColumnType.FLOAT: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
    ColumnType.DATETIME: "TIMESTAMP",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.EMPTY: "VARCHAR",
}
THREADS = 2


@dataclass(frozen=True, slots=True)
class Within:
    """What rows are a part of, and which part."""

    rows: LocalRows
    condition: exp.Expr


class LocalRows:
    """``Rows`` of a dataset whose ``profile`` is known: its types are those of the columns.

    A part (``within``) keeps the types of the whole and is profiled when that is asked for. The
    second pass over the dataset happens when ``table`` or a query is first asked for. All rows of
    one sandbox can be joined with each other.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        dataset: Dataset,
        profile: Profile | None,
        missing: MissingPolicy = DEFAULT_POLICY,
        *,
        within: Within | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.dataset = dataset
        self.missing = missing
        self._profile = profile
        self._within = within
        self._table: exp.Table | None = None
        self._subsets: dict[str, LocalRows] = {}
        self._needed: frozenset[str] | None = None
        self._types: dict[str, ColumnType] = (
            within.rows._types if within else {column.name: column.type for column in self.profile.columns}
        )
        self._names: dict[str, str] = within.rows._names if within else _physical_names(dataset.names)

    @property
    def table(self) -> exp.Table:
        if self._table is None:
            name = self.sandbox.new_name()
            if self._within is None:
                self._load(name)
            else:
                kept = exp.select("*").from_(self._within.rows.table).where(self._within.condition)
                self.sandbox.run(f"CREATE VIEW {name} AS {self._within.rows._render(kept)}")
            self._table = exp.to_table(name)
        return self._table.copy()

    @property
    def profile(self) -> Profile:
        if self._profile is None:
            self._profile = profile_part(self.dataset, self._types, self.missing, self._report_profiling)
        return self._profile

    @property
    def earlier(self) -> None:
        return None

    @property
    def joins_others(self) -> bool:
        return True

    def query(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self.sandbox.fetch(self._render(query))

    def where(self, condition: exp.Expr) -> LocalRows:
        key = condition.sql(DIALECT)
        if key not in self._subsets:
            part = Subset(self.dataset, self.numbers(condition))
            within = Within(self, condition.copy())
            self._subsets[key] = LocalRows(self.sandbox, part, None, self.missing, within=within)
        return self._subsets[key]

    def numbers(self, condition: exp.Expr, limit: int | None = None) -> NDArray[np.int64]:
        """``ROW_NUMBER`` of the rows that meet a condition, rising; shape (n,)."""
        found = exp.select(row_number()).from_(self.table).where(condition).order_by(row_number())
        return self.sandbox.fetch_numbers(self._render(found.limit(limit) if limit is not None else found))

    def lacking(self, values: Sequence[Any], known: exp.Query, *, as_text: bool) -> NDArray[np.int64]:
        """Places in ``values`` of those that are not in the answer to ``known``, rising; shape (n,)."""
        name = self.sandbox.new_name()
        # Names that no column of the data has.
        asked = pa.record_batch({" place": np.arange(len(values)), " value": pa.array(values)})
        self.sandbox.run(f"CREATE TABLE {name} AS FROM block", asked)
        value = exp.cast(column(" value"), "varchar") if as_text else column(" value")
        unknown = negated(exp.In(this=value, query=exp.Subquery(this=known)))
        found = exp.select(column(" place")).from_(name).where(unknown).order_by(column(" place"))
        return self.sandbox.fetch_numbers(self._render(found))

    def need_only(self, conditions: Iterable[exp.Expr]) -> None:
        """Promise that nothing but these conditions will be asked, so that less has to be loaded."""
        if self._table is None:
            self._needed = frozenset(
                found.name for condition in conditions for found in condition.find_all(exp.Identifier)
            )

    def _is_needed(self, name: str) -> bool:
        return self._needed is None or name in self._needed

    def _report_profiling(self, fraction: float, stage: str) -> None:
        self.sandbox.report(fraction, "profiling a part")

    def _render(self, query: exp.Query) -> str:
        """SQL with the names the database can hold, and this relation for the one called data.

        Raises InvalidPlan when the query is nested too deeply to be written.
        """
        try:
            return self._written(query)
        except RecursionError as error:
            raise InvalidPlan("the query is nested too deeply") from error

    def _written(self, query: exp.Query) -> str:
        query = query.copy()
        for asked in [table for table in query.find_all(exp.Table) if table.name == DATA]:
            asked.replace(self.table)
        if self._names:
            for found in query.find_all(exp.Identifier):
                found.set("this", self._names.get(found.name, found.name))
        return query.sql(DIALECT, comments=False, copy=False)

    def _load(self, name: str) -> None:
        """Make the table and fill it, block by block."""
        columns = {
            i: column
            for i, column in enumerate(self.profile.columns)
            if self._is_needed(column.name) or self._is_needed(INVALID + column.name)
        }
        made = {ROW_NUMBER: "BIGINT n"}
        if self._is_needed(CONTENT):
            made[CONTENT] = f"UBIGINT hash({', '.join(f'w{i}' for i in range(len(self.profile.columns)))})"
        made |= {column.name: f"{SQL_TYPES[column.type]} v{i}" for i, column in columns.items()}
        made |= {INVALID + column.name: f"VARCHAR i{i}" for i, column in columns.items() if column.invalid}
        kinds = ", ".join(f"{self._quoted(each)} {what.split(' ', 1)[0]}" for each, what in made.items())
        values = ", ".join(what.split(" ", 1)[1] for what in made.values())
        self.sandbox.run(f"CREATE TABLE {name} ({kinds})")
        self.sandbox.run("BEGIN")
        try:
            self._fill(f"INSERT INTO {name} SELECT {values} FROM block", columns)  # noqa: S608 - our own names
        except Exception:
            # Of another source that cannot be read: the other checks go on in this database.
            self.sandbox.run("ROLLBACK")
            raise
        self.sandbox.run("COMMIT")

    def _fill(self, insert: str, columns: Mapping[int, ColumnProfile]) -> None:
        with ThreadPoolExecutor(THREADS, thread_name_prefix="cells") as pool:
            for block in self._typed_blocks(columns, pool):
                self.sandbox.run(insert, block)
                self.sandbox.report(self.dataset.fraction_read, "reading rows")

    def _typed_blocks(
        self, columns: Mapping[int, ColumnProfile], pool: ThreadPoolExecutor
    ) -> Iterator[pa.RecordBatch]:
        """Row numbers as n, cells as written as w0, values as v0, texts of invalid ones as i0, and so on."""

        def read(block: NumberedBlock, i: int) -> tuple[pa.Array, pa.Array | None]:
            return read_cells(block[0].column(i), columns[i].type, self.missing.of(columns[i].name))

        for block in self.dataset.numbered_blocks():
            written, numbers = block
            arrays = {"n": pa.array(numbers)} | {f"w{i}": a for i, a in enumerate(written.columns)}
            read_all = pool.map(lambda i, block=block: read(block, i), columns)
            for i, (values, invalid) in zip(columns, read_all, strict=True):
                arrays[f"v{i}"] = values
                if columns[i].invalid:
                    arrays[f"i{i}"] = pa.nulls(len(values), pa.string()) if invalid is None else invalid
            yield pa.record_batch(arrays)

    def _quoted(self, name: str) -> str:
        return _quoted(self._names.get(name, name))


def _physical_names(names: tuple[str, ...]) -> dict[str, str]:
    """Other names for those DuckDB could not tell apart: it ignores case, and ends at NUL."""
    alike = Counter(name.casefold() for name in names)
    odd = [name for name in names if alike[name.casefold()] > 1 or "\0" in name]
    renamed = {name: f"{name}~{sha256(name.encode()).hexdigest()[:12]}".replace("\0", "~") for name in odd}
    return renamed | {INVALID + name: INVALID + other for name, other in renamed.items()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
