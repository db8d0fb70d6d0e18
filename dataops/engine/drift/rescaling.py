"""Numbers that look as if somebody had changed their unit, their sign, or written one value over others."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.apart import LEAST_SHARE, LEFT, Cause, below, chance, distance
from dataops.engine.drift.wording import number, percent
from dataops.engine.profile import ColumnProfile, Histogram

Floats = NDArray[np.float64]

_FACTORS = {
    "miles to kilometres": 1.609344,
    "pounds to kilograms": 0.45359237,
    "feet to metres": 0.3048,
    "inches to centimetres": 2.54,
    "minutes to seconds": 60.0,
    "days to hours": 24.0,
    "units to hundredths": 100.0,
    "units to thousandths": 1000.0,
}
_OFFSETS = {"Celsius to Kelvin": 273.15}

_CLEARLY = 0.9
_PERCENTILES = 201


def rescaled(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """The numbers, or a part of them, multiplied, turned over or moved by something people do by mistake."""
    if before.histogram is None or after.quantiles is None:
        return None
    tried = [(*_gaps(before, after, change)[:2], key, said) for key, said, change in _transformations()]
    (share, left, key, said), (_, next_best, *_) = sorted(tried, key=lambda found: found[1])[:2]
    if share < LEAST_SHARE or left > min(LEFT * distance(before, after), chance(before, after)):
        return None
    if share < 1 - LEAST_SHARE and (left > _CLEARLY * next_best or _simply_scaled(before, after, left)):
        return None
    rows = "all rows" if share >= 1 - LEAST_SHARE else f"{percent(share)} of rows"
    return Cause(key, f"{rows} look {said}", share)


def _transformations() -> Iterator[tuple[str, str, "_Change"]]:
    """Kind, words, and what was done to a value."""
    for name, factor in _FACTORS.items():
        back = _turned(name)
        yield "unit", f"multiplied by {number(factor)} ({name})", _Change(factor)
        yield "unit", f"divided by {number(factor)} ({back})", _Change(1 / factor)
    for name, offset in _OFFSETS.items():
        yield "unit", f"raised by {number(offset)} ({name})", _Change(1.0, offset)
        yield "unit", f"lowered by {number(offset)} ({_turned(name)})", _Change(1.0, -offset)
    yield "unit", "turned from degrees Celsius to Fahrenheit", _Change(1.8, 32.0)
    yield "unit", "turned from degrees Fahrenheit to Celsius", _Change(1 / 1.8, -32 / 1.8)
    yield "sign", "to have the other sign", _Change(-1.0)


def _turned(name: str) -> str:
    return " to ".join(reversed(name.split(" to ")))


@dataclass(frozen=True, slots=True)
class _Change:
    """From x to factor x + offset; the factor is not 0."""

    factor: float
    offset: float = 0.0

    def __call__(self, values: Floats) -> Floats:
        return values * self.factor + self.offset

    def undone(self, values: Floats) -> Floats:
        return (values - self.offset) / self.factor


def _simply_scaled(before: ColumnProfile, after: ColumnProfile, left: float) -> bool:
    """Whether all rows moved together, by whatever distance or factor takes one median to the other.

    Then that is what happened: a part of the rows by a factor one happens to know is farther-fetched, however
    well it fits. Of few rows neither median is known well, so what is left may be what chance makes in one
    window of four.
    """
    assert before.quantiles is not None and after.quantiles is not None  # noqa: S101, PT018 - rescaled looked
    old, new = before.quantiles.at(0.5), after.quantiles.at(0.5)
    changes = [_Change(1.0, new - old), *([_Change(new / old)] if old and new else [])]
    allowed = max(1.5 * left, math.sqrt(1 / before.finite + 1 / after.finite))
    return any(_gaps(before, after, change)[2] <= allowed for change in changes)


def _gaps(before: ColumnProfile, after: ColumnProfile, change: _Change) -> tuple[float, float, float]:
    """Share of rows changed that explains the current distribution best, the gap it leaves, and that of all.

    With G the reference's distribution after the change, the current one is F + share (G - F); the share is
    that of least squares over the reference's edges, as they were and changed.
    """
    assert before.histogram is not None  # noqa: S101 - rescaled looked
    edges = np.asarray(before.histogram.edges)
    at = np.sort(np.concatenate([edges, change(edges)]))
    usual, now = _usual(before.histogram, at), _now(after, at)
    moved = _usual(before.histogram, change.undone(at))
    direction, seen = (moved if change.factor > 0 else 1.0 - moved) - usual, now - usual
    length = float(direction @ direction)
    share = min(max(float(direction @ seen) / length, 0.0), 1.0) if length else 0.0
    return share, float(np.abs(seen - share * direction).max()), float(np.abs(seen - direction).max())


def filled(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """One value standing in many rows where it did not, while the other rows look as ever."""
    if before.histogram is None or after.histogram is None:
        return None
    held = dict(before.frequent.values)
    risen = [
        (rows / after.finite - held.get(value, 0) / before.finite, value)
        for value, rows in (*after.frequent.values, *after.frequent.new)
    ]
    share, value = max(risen, default=(0.0, ""))
    if share < LEAST_SHARE:
        return None
    edges = np.asarray(before.histogram.edges)
    usual, now = below(before.histogram), below(after.histogram)
    left = np.abs(now - usual - share * ((edges > float(value)) - usual)).max()
    if left > min(LEFT * distance(before, after), chance(before, after)):
        return None
    return Cause("filled", f"{percent(share)} of rows hold {value} where other values stood", share)


def _usual(histogram: Histogram, at: Floats) -> Floats:
    """The reference's distribution, straight between its edges."""
    return np.interp(at, histogram.edges, below(histogram), left=0.0, right=1.0)


def _now(after: ColumnProfile, at: Floats) -> Floats:
    """The current distribution anywhere, straight between its percentiles."""
    assert after.quantiles is not None  # noqa: S101 - asked for by the callers
    chances = np.linspace(0.0, 1.0, _PERCENTILES)
    values = np.array([after.quantiles.at(chance) for chance in chances])
    return np.interp(at, values, chances, left=0.0, right=1.0)
