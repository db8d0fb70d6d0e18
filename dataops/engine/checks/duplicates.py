"""Rows that occur more than once."""

from __future__ import annotations

from typing import Literal

from dataops.engine.checks.base import within
from dataops.engine.checks.params import NoParams
from dataops.engine.checks.wording import share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import repeats
from dataops.engine.types import Dimension, Severity
from dataops.engine.units import FRACTION


class Duplicates:
    """Share of surplus rows: those one would delete to leave each row once.

    Three equal rows are two duplicates. Missing values equal each other.
    """

    key = "duplicates"
    label = "Duplicate rows"
    dimension = Dimension.UNIQUENESS
    scope: Literal["column", "table"] = "table"
    params = NoParams
    default_limits = Limits(warn=0.0, fail=0.05)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: NoParams) -> Measurement:
        profile = context.profile
        if not profile.rows:
            return Measurement(0, 0, None, None, "there are no rows")
        fraction = profile.duplicate_rows / profile.rows
        message = f"{share(profile.duplicate_rows, profile.rows)} rows repeat an earlier row{within(context)}"
        failing = repeats() if profile.duplicate_rows else None
        return Measurement(
            profile.rows, profile.duplicate_rows, fraction, 1 - fraction, message, failing=failing
        )
