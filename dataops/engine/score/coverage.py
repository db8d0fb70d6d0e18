"""How much of a table its checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dataops.engine.score.formula import Scored
from dataops.engine.types import Dimension, Outcome


def validity_coverage(results: Iterable[Scored], columns: Sequence[str]) -> float | None:
    """Share of the columns with at least one validity check that measured something, 0..1.

    None for a table without columns.
    """
    if not columns:
        return None
    unmeasured = (Outcome.ERROR, Outcome.NO_DATA)
    covered = {r.column for r in results if r.dimension == Dimension.VALIDITY and r.outcome not in unmeasured}
    return len(covered & set(columns)) / len(columns)
