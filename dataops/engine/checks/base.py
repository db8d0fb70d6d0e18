"""What checks have in common, to be told apart from: their defaults and the shapes of what they return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlglot import exp

from dataops.engine.checks.params import NoParams
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Answer, Context, Limits, Measurement
from dataops.engine.types import Severity
from dataops.engine.units import FRACTION


class ColumnCheck:
    """A check of one column that somebody asks for: any failing row is a failure."""

    scope: Literal["column", "table"] = "column"
    params: type[Any] = NoParams
    default_limits = Limits(fail=0.0)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = False

    def applies_to(self, column: ColumnProfile) -> bool:
        return True


class TableCheck(ColumnCheck):
    """A check of the whole table that somebody asks for."""

    scope: Literal["column", "table"] = "table"

    def applies_to(self, column: ColumnProfile) -> bool:
        return False


def within(context: Context) -> str:
    """What a message on repeats adds where rows came before that were not looked at with these."""
    if context.part is None or context.part.is_first:
        return ""
    return " of this part; what repeats across parts is not seen"


def nothing(message: str) -> Measurement:
    """There is nothing to measure, and why."""
    return Measurement(0, 0, None, None, message)


NEEDS_ROWS = nothing("not measured: this looks at rows, and only a profile is at hand")


def of_share(
    evaluated: int,
    failed: int,
    message: str,
    *,
    failing: exp.Expr | Answer | None = None,
    details: Mapping[str, Any] | None = None,
) -> Measurement:
    """The share of ``evaluated`` that failed is the value; ``failing`` tells those rows."""
    fraction = failed / evaluated
    return Measurement(
        evaluated, failed, fraction, 1 - fraction, message, details or {}, failing if failed else None
    )


def of_band(number: float, low: float | None, high: float | None, message: str) -> Measurement:
    """How far ``number`` lies outside of a band with inclusive ends, as a share of the end it missed.

    The pass rate is 1 inside and halves with every half width of the band; of a band with one end,
    with every half of that end.
    """
    below = low - number if low is not None and number < low else 0.0
    above = number - high if high is not None and number > high else 0.0
    excess, bound = (below, low) if below else (above, high)
    reach = (high - low) / 2 if low is not None and high is not None else abs(bound or 0.0) / 2
    return Measurement(
        evaluated=1,
        failed=int(excess > 0),
        value=excess / (abs(bound or 0.0) or 1.0),
        pass_rate=2 ** -min(excess / (reach or 1.0), 1000.0),
        message=message,
        details={"value": number, "minimum": low, "maximum": high},
    )
