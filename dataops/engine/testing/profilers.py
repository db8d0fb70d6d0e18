"""Conformance of profilers: two profiles of the same rows must say the same."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, isfinite, isnan

from dataops.engine.profile import ColumnProfile, Frequent, Moments, Profile
from dataops.engine.profile.frequent import Counted

# Sums over the rows in another order differ in their last digits.
ROUNDING = 1e-9

_EXACT = ("name", "type", "rows", "missing", "distinct", "nan", "infinite", "invalid", "minimum", "maximum")
_ALSO_EXACT = ("quantiles", "histogram", "lengths", "outliers", "far_outliers")


def profile_problems(found: Profile, expected: Profile) -> list[str]:
    """Where ``found`` differs from ``expected``, the exact profile of the same rows; empty if nowhere.

    Counts, extremes, percentiles, histograms and outliers are equal; means and standard deviations
    up to rounding. Which of several equally frequent values come first, or are just still kept, is
    free. ``bytes`` depends on how the rows are stored and is not compared.
    """
    return [*_table_problems(found, expected)]


def _table_problems(found: Profile, expected: Profile) -> Iterator[str]:
    if found.names != expected.names:
        yield f"columns are {found.names}, not {expected.names}"
        return
    for name in ("rows", "duplicate_rows"):
        yield from _difference(name, getattr(found, name), getattr(expected, name))
    for one, other in zip(found.columns, expected.columns, strict=True):
        yield from (f"column {other.name!r}: {problem}" for problem in _column_problems(one, other))


def _column_problems(found: ColumnProfile, expected: ColumnProfile) -> Iterator[str]:
    for name in (*_EXACT, *_ALSO_EXACT):
        yield from _difference(name, getattr(found, name), getattr(expected, name))
    yield from _moments_problems(found.moments, expected.moments, expected)
    yield from _frequent_problems(found.frequent, expected.frequent)
    for name in ("invalid_values", "patterns"):
        yield from _counted_problems(name, getattr(found, name), getattr(expected, name))


def _difference(name: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{name} is {found!r}, not {expected!r}"


def _moments_problems(
    found: Moments | None, expected: Moments | None, column: ColumnProfile
) -> Iterator[str]:
    if found is None or expected is None:
        yield from _difference("moments", found, expected)
        return
    yield from _difference("moments.count", found.count, expected.count)
    largest = max(abs(float(column.minimum or 0)), abs(float(column.maximum or 0)))
    if not _near(found.mean, expected.mean, largest):
        yield f"mean is {found.mean!r}, not {expected.mean!r}"
    if not _near(found.m2, expected.m2, _rounding_of_squares(largest, expected)):
        yield f"m2 is {found.m2!r}, not {expected.m2!r}"


def _rounding_of_squares(largest: float, expected: Moments) -> float:
    """What deviations near zero from a mean far from zero are exact to."""
    return largest * largest * expected.count * ROUNDING if largest < 1e150 else float("inf")


def _near(found: float, expected: float, scale: float) -> bool:
    if not (isfinite(found) and isfinite(expected)):
        return isnan(found) or isnan(expected) or found == expected
    return isclose(found, expected, rel_tol=ROUNDING, abs_tol=ROUNDING * scale)


def _frequent_problems(found: Frequent, expected: Frequent) -> Iterator[str]:
    yield from _counted_problems("frequent.values", found.values, expected.values)
    yield from _counted_problems("frequent.new", found.new, expected.new)
    for name in ("other", "new_rows", "new_values"):
        yield from _difference(f"frequent.{name}", getattr(found, name), getattr(expected, name))


def _counted_problems(name: str, found: Counted, expected: Counted) -> Iterator[str]:
    """Counts are the same, and so are the values, but for those as rare as the rarest kept one."""
    if sorted(count for _, count in found) != sorted(count for _, count in expected):
        yield f"{name} has counts {found!r}, not {expected!r}"
        return
    least = min((count for _, count in expected), default=0)
    lost = {item for item in expected if item[1] > least} - set(found)
    if lost:
        yield f"{name} lacks {sorted(lost)!r}"
