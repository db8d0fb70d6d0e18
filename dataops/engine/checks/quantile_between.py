"""A quantile inside of a band."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.bands import check_band
from dataops.engine.checks.base import ColumnCheck, nothing, of_band
from dataops.engine.checks.params import param
from dataops.engine.checks.wording import band, number, percent
from dataops.engine.metrics import quantile
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension
from dataops.engine.units import FRACTION


@dataclass(frozen=True, slots=True)
class QuantileBetweenParams:
    """One end may be left open."""

    level: float = param(0.95, "Share of the values below the quantile", unit=FRACTION, minimum=0, maximum=1)
    minimum: float | None = param(None, "Smallest number allowed", example=0.0)
    maximum: float | None = param(None, "Largest number allowed", example=100.0)

    def __post_init__(self) -> None:
        check_band(self.minimum, self.maximum)


class QuantileBetween(ColumnCheck):
    """How far a quantile lies outside of its band, as a share of the end it missed; the ends are inside.

    Quantiles interpolate linearly, as numpy does; whole percents are exact.
    """

    key = "quantile_between"
    label = "Quantile in range"
    dimension = Dimension.CONSISTENCY
    params = QuantileBetweenParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_numeric

    def measure(self, context: Context, params: QuantileBetweenParams) -> Measurement:
        value = quantile(context.column, params.level) if context.column else None
        if value is None:
            return nothing("there are no numbers")
        message = f"{percent(params.level)} of the values are at most {number(value)}"
        message += f"; allowed is {band(params.minimum, params.maximum)}"
        return of_band(value, params.minimum, params.maximum, message)
