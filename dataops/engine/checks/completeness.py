"""How full the table is as a whole."""

from __future__ import annotations

from typing import Literal

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.wording import percent, share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import any_of, is_missing
from dataops.engine.types import Dimension, Severity
from dataops.engine.units import FRACTION

NAMED = 5


class Completeness:
    """Share of all cells that hold a value."""

    key = "completeness"
    label = "Completeness"
    dimension = Dimension.COMPLETENESS
    scope: Literal["column", "table"] = "table"
    params = NoParams
    default_limits = Limits(warn=0.95, fail=0.80, direction="below")
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: NoParams) -> Measurement:
        columns = context.profile.columns
        cells = sum(column.rows for column in columns)
        if not cells:
            return Measurement(0, 0, None, None, "there are no cells")
        missing = sum(column.missing for column in columns)
        filled = 1 - missing / cells
        emptiest = sorted((c for c in columns if c.missing), key=lambda c: -c.missing)[:NAMED]
        message = f"{share(cells - missing, cells)} cells are filled"
        if emptiest:
            names = ", ".join(f"{c.name} {percent(c.missing_fraction)}" for c in emptiest)
            message += f"; most is missing in {names}"
        gaps = [is_missing(c.name, has_invalid=bool(c.invalid)) for c in columns if c.missing]
        failing = any_of(gaps) if gaps else None
        return Measurement(cells, missing, filled, filled, message, failing=failing)
