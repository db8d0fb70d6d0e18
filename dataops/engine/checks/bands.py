"""A band of numbers as parameters."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.params import param
from dataops.engine.errors import InvalidParameter


@dataclass(frozen=True, slots=True)
class BandParams:
    """One end may be left open."""

    minimum: float | None = param(None, "Smallest number allowed", example=0.0)
    maximum: float | None = param(None, "Largest number allowed", example=100.0)

    def __post_init__(self) -> None:
        check_band(self.minimum, self.maximum)


def check_band(minimum: float | None, maximum: float | None) -> None:
    if minimum is None and maximum is None:
        raise InvalidParameter("give a minimum, a maximum, or both", parameter="minimum")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise InvalidParameter(f"{maximum} is below the minimum {minimum}", parameter="maximum")
