"""Texts that are too short or too long."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing, of_share
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import measure_rows, present, text_of
from dataops.engine.checks.wording import band, share
from dataops.engine.errors import InvalidParameter
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import any_of, literal
from dataops.engine.types import ColumnType, Dimension


@dataclass(frozen=True, slots=True)
class TextLengthParams:
    minimum: int | None = param(1, "Fewest characters allowed", unit="characters", minimum=0)
    maximum: int | None = param(None, "Most characters allowed", unit="characters", minimum=0, example=2)

    def __post_init__(self) -> None:
        if self.minimum is None and self.maximum is None:
            raise InvalidParameter("give a minimum, a maximum, or both", parameter="minimum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise InvalidParameter(f"{self.maximum} is below the minimum {self.minimum}", parameter="maximum")


class TextLength(ColumnCheck):
    """Share of the present values with fewer or more characters than allowed; the ends are allowed.

    Missing values are left out. When the lengths in the profile are inside, no second pass is needed.
    """

    key = "text_length"
    label = "Text length"
    dimension = Dimension.VALIDITY
    params = TextLengthParams

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type is ColumnType.TEXT

    def measure(self, context: Context, params: TextLengthParams) -> Measurement:
        column = context.column
        if column is None or not column.present:
            return nothing("all values are missing")
        low, high = params.minimum, params.maximum
        says = f"do not have {band(low, high)} characters"
        lengths = column.lengths
        if lengths and (low is None or lengths.minimum >= low) and (high is None or lengths.maximum <= high):
            return of_share(column.present, 0, f"{share(0, column.present)} values {says}")
        size = exp.Length(this=text_of(column))
        ends: list[exp.Expr] = [size < literal(low)] if low is not None else []
        ends += [size > literal(high)] if high is not None else []
        return measure_rows(context, present(column), any_of(ends), says)
