"""The shapes of exchangeable parts, and the values that cross between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from dataops.engine.fields import Fields
from dataops.engine.intake import Accounting, Detected, Dialect, Reject, SizeLimits
from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.sql import OutputColumn
from dataops.engine.types import Dimension, Severity

# Called with the fraction done (0..1) and the stage; may raise Cancelled to stop the work.
Progress = Callable[[float, str], None]

# Rows, and the place of each in the file: the line it starts on (text) or its number as a record
# (all else), from 1, rising, shape (num_rows,).
NumberedBlock = tuple[pa.RecordBatch, NDArray[np.int64]]


class Dataset(Protocol):
    """A table read in blocks of rows.

    ``bytes`` is the size of the input as stored. ``typed`` says whether columns carry types of
    their own; if not, every cell is text still to be read. ``accounting``, ``rejects`` and
    ``notes`` are complete once ``blocks`` is exhausted. So is ``unreadable_bytes``, which a dataset
    of text in some encoding has besides: how many bytes meant nothing in it and were read otherwise.
    """

    @property
    def format(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def dialect(self) -> Dialect | None: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def bytes(self) -> int: ...
    @property
    def typed(self) -> bool: ...
    @property
    def fraction_read(self) -> float: ...
    @property
    def accounting(self) -> Accounting: ...
    @property
    def rejects(self) -> tuple[Reject, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All loaded rows in file order; may be called again, and then reads again."""
        ...

    def numbered_blocks(self) -> Iterator[NumberedBlock]:
        """The same, with where each row stands in the file."""
        ...


@runtime_checkable
class Columnar(Protocol):
    """A dataset with types of its own whose columns can be read one by one, from several threads."""

    @property
    def by_column(self) -> bool:
        """Whether they can in this one."""
        ...

    @property
    def rows(self) -> int: ...

    def column_blocks(self, position: int) -> Iterator[pa.Array]:
        """One column in row order, in the types of ``blocks``; raises what that raises.

        ``accounting`` is complete once any column is exhausted.
        """
        ...


@runtime_checkable
class Cut(Protocol):
    """A dataset of text whose fields need not be copied into columns to be read."""

    def cut_blocks(self) -> Iterator[pa.RecordBatch | Fields]:
        """The same as ``blocks``, cut only, where there is nothing else to do."""
        ...


class Reader(Protocol):
    """A file format: opens a file that was detected to be of it."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def open(self) -> Callable[[Path, Detected, SizeLimits], Dataset]: ...


class Rows(Protocol):
    """The rows of a dataset as a SQL relation, for what a profile cannot answer.

    Columns have the names and types of the profile (text, bigint, double, boolean, date,
    timestamp); a cell that is missing or does not read as the type of its column is NULL. Where a
    row stands and what is written in it is told by reserved columns (see ``engine.sql``). A query
    may call the relation itself "data".
    Queries are sqlglot expressions in the words of DuckDB; each implementation renders them for
    the place where the rows are. Making the relation costs a second pass over the data, so it is
    made when it is first asked.
    """

    @property
    def table(self) -> exp.Table:
        """The relation, to select from."""
        ...

    @property
    def profile(self) -> Profile: ...

    @property
    def earlier(self) -> exp.Table | None:
        """The same of the rows before these, where these are new; None where those are not at hand."""
        ...

    @property
    def joins_others(self) -> bool:
        """Whether a query may ask the rows of other sources as well."""
        ...

    def query(self, query: exp.Query) -> list[tuple[Any, ...]]:
        """All rows of the answer; raises InvalidPlan for a query the place refuses."""
        ...

    def where(self, condition: exp.Expr) -> Rows:
        """The rows that meet a condition, with a profile of their own."""
        ...


class CopiedRows(Rows, Protocol):
    """Rows of another source, on this machine."""

    def lacking(self, values: Sequence[Any], known: exp.Query, *, as_text: bool) -> NDArray[np.int64]:
        """Places in ``values`` of those that are not in the answer to ``known``, rising; shape (n,).

        No value is None, and none of the answers NULL. ``as_text`` compares the text of the values.
        """
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """The numbers of an earlier run: by column ("" is the table), then by metric; ``at`` is UTC-aware.

    ``accepted`` runs are normal as a whole. ``expected`` names the (column, metric) pairs that a
    person called normal although they looked unusual.
    """

    at: datetime
    numbers: Mapping[str, Mapping[str, float]]
    accepted: bool = True
    expected: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """That the data is only what is new of something that grows; it may have no rows.

    ``so_far`` is the profile of all rows before, None when these are the first. ``comparable`` says
    whether the baseline was such a part too, so that its number of rows means anything for this one.
    """

    so_far: Profile | None = None
    comparable: bool = False

    @property
    def is_first(self) -> bool:
        """Whether there is no part before it, as far as is known."""
        return self.so_far is None and not self.comparable


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may look at; ``column`` is None for a check of the whole table.

    ``accounting`` is None for data that did not come from a file. ``history`` holds earlier
    runs, oldest first, never the one that is checked. ``rows`` is None where only a
    profile is at hand (a back-test on stored history), ``references`` are the rows of other
    sources by name. ``at`` is when the data was taken in, UTC-aware. ``writing`` tells how the file
    is written and ``baseline_writing`` how that of the baseline was, property by property.
    ``unreadable_bytes`` is how many bytes of it meant nothing in its encoding, None where there is no
    encoding. ``part`` is None for data that is whole in itself.
    """

    profile: Profile
    column: ColumnProfile | None = None
    baseline: Profile | None = None
    baseline_column: ColumnProfile | None = None
    accounting: Accounting | None = None
    history: Sequence[Past] = ()
    rows: Rows | None = None
    references: Mapping[str, CopiedRows] = field(default_factory=dict)
    at: datetime | None = None
    writing: Mapping[str, str] = field(default_factory=dict)
    baseline_writing: Mapping[str, str] = field(default_factory=dict)
    unreadable_bytes: int | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows that a query over ``Context.rows`` makes of the data, as evidence: ``count`` of them in all."""

    query: exp.Query
    columns: tuple[OutputColumn, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a check found, before anybody judges it.

    ``failed`` of ``evaluated`` rows (or cells, or columns, or the one row count: what the check looks
    at). ``value`` is compared with the limits, None when there was nothing to measure; ``pass_rate``
    in 0..1 goes into the score and does not depend on the limits. ``failing`` selects the failing
    rows from ``Context.rows``, or is the answer of a query that shows what is wrong: samples are kept
    when the outcome is a warning or a failure; None when the finding is not about rows. What is
    ``critical`` is a failure of severity critical that holds the score down, whatever limits and
    severity a rule has.
    """

    evaluated: int
    failed: int
    value: float | None
    pass_rate: float | None
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    failing: exp.Expr | Answer | None = None
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """When a measured value is a warning or a failure: above (or below) the limit, not on it."""

    warn: float | None = None
    fail: float | None = None
    direction: Literal["above", "below"] = "above"


class Check(Protocol):
    """A kind of check: measures one profile, or one column of it."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def dimension(self) -> Dimension: ...

    @property
    def scope(self) -> Literal["column", "table"]: ...

    @property
    def params(self) -> type[Any]:
        """Frozen dataclass of the check's parameters, each field made by ``checks.params``."""
        ...

    @property
    def default_limits(self) -> Limits: ...

    @property
    def severity(self) -> Severity: ...

    @property
    def by_default(self) -> bool:
        """Whether every new source gets it: it needs no parameter and costs no second pass."""
        ...

    def applies_to(self, column: ColumnProfile) -> bool:
        """Whether the check makes sense for this column, when it is set up for all columns."""
        ...

    def measure(self, context: Context, params: Any) -> Measurement: ...


@dataclass(frozen=True, slots=True)
class DriftMeasure:
    """One comparison of a column with its reference; a distance has no p-value."""

    statistic: float
    p_value: float | None = None
    effect: float | None = None


class DriftMethod(Protocol):
    """A test or distance between the same column of two profiles."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure: ...
