"""What both ways of reading a dataset work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dataops.engine.profile import ColumnProfile
from dataops.engine.profilers.collector import Settings
from dataops.engine.profilers.found import Found
from dataops.engine.profilers.rows import RowHashes
from dataops.engine.profilers.spool import Spools
from dataops.engine.protocols import Progress

THREADS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One profile in the making: ``settings`` per column, and how a column found becomes a profile."""

    settings: Sequence[Settings]
    spools: Spools
    rows: RowHashes
    finish: Callable[[int, Found], ColumnProfile]
    report: Progress
