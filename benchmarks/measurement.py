"""What a benchmark found, and what was promised."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number in ``unit``, the smaller the better; ``bar`` is the most that was promised, or None."""

    name: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        return "met" if self.value <= self.bar else "MISSED"
