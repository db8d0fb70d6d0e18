"""What a benchmark found, and what was promised."""

import os
import sys
from collections.abc import Iterable
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


def tell(measurements: Iterable[Measurement]) -> int:
    """Print the table, with how busy the machine is; 1 when a bar was missed."""
    measured = list(measurements)
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n")
    for each in measured:
        bar = "" if each.bar is None else f"bar {each.bar:g}"
        print(f"{each.name:<60} {each.value:>9.2f} {each.unit:<6} {bar:<10} {each.verdict}")
    return 1 if any(each.verdict == "MISSED" for each in measured) else 0
