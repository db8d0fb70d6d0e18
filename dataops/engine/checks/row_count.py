"""Too few rows, or too many."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Literal

from dataops.engine.checks.params import param
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension, Severity
from dataops.engine.units import FRACTION


@dataclass(frozen=True, slots=True)
class RowCountParams:
    """What number of rows is expected; where several bounds apply, the narrowest do."""

    minimum: int | None = param(1, "Fewest rows expected", unit="rows", minimum=0)
    maximum: int | None = param(None, "Most rows expected; empty for no bound", unit="rows", minimum=0)
    tolerance: float | None = param(
        0.5, "Allowed change from the baseline, as a share of it; empty for any", unit=FRACTION, minimum=0
    )


class RowCount:
    """How far the number of rows lies outside the expected range, as a share of the bound it missed.

    Inside the range the value is 0 and the pass rate 1; outside, the pass rate halves with every
    half width of the range.
    """

    key = "row_count"
    label = "Row count"
    dimension = Dimension.VOLUME
    scope: Literal["column", "table"] = "table"
    params = RowCountParams
    default_limits = Limits(fail=0.0)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: RowCountParams) -> Measurement:
        rows = context.profile.rows
        if context.part is not None and not rows:
            return Measurement(0, 0, None, None, "there are no new rows")
        low, high = _expected(params, context)
        if low == 0 and high == inf:
            message = f"{rows:,} rows; nothing to compare with yet: this run becomes the baseline"
            return Measurement(1, 0, None, None, message)
        excess = max(low - rows, rows - high, 0)
        bound = low if rows < low else high
        reach = (high - low) / 2 if high < inf else low / 2
        return Measurement(
            evaluated=1,
            failed=int(excess > 0),
            value=excess / max(bound, 1) if excess else 0.0,
            pass_rate=2 ** -(excess / max(reach, 0.5)),
            message=f"{rows:,} rows; expected {_range(low, high)}",
            details={"minimum": low, "maximum": None if high == inf else high},
        )


def _expected(params: RowCountParams, context: Context) -> tuple[float, float]:
    low: float = params.minimum or 0
    high: float = inf if params.maximum is None else params.maximum
    # The first part of something that grows is all there was: no measure for those that follow.
    is_like = context.part is None or context.part.comparable
    if context.baseline is not None and params.tolerance is not None and is_like:
        usual, change = context.baseline.rows, context.baseline.rows * params.tolerance
        low, high = max(low, ceil(usual - change)), min(high, floor(usual + change))
    return low, high


def _range(low: float, high: float) -> str:
    if high == inf:
        return f"at least {low:,.0f}"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
