"""A configured check: what is expected of one source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dataops.engine.protocols import Limits
from dataops.engine.types import Dimension, Severity


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """Which check, where, how strict, how important.

    ``column`` is empty for a check of the table, and for one of every column it applies to.
    ``limits``, ``severity`` and ``dimension`` left out are the check's own. ``weight`` counts in the
    score among the checks of the same column; a ``critical`` check that fails caps the score. ``when``
    is a condition in SQL: rows that do not meet it are left out ("" takes all rows).
    """

    check: str
    id: str | int | None = None
    column: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits | None = None
    severity: Severity | None = None
    weight: float = 1.0
    critical: bool = False
    when: str = ""
    dimension: Dimension | None = None
