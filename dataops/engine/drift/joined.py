"""Several windows as one: a reference that moves on with the data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from dataops.engine.profile import ColumnProfile, Frequent, Profile

NEW_KEPT = 20


def joined(like: Profile, windows: Sequence[Profile]) -> Profile:
    """One profile of all rows of ``windows``, which were all profiled like ``like`` and share no row.

    Counts stand on the bins and values of ``like`` still, so that any window profiled like it compares with
    them; they are exact, quantiles are within a bin. A column that not all windows have is left out. Raises
    ValueError without windows, or when their columns differ in type.
    """
    if not windows:
        raise ValueError("no windows to join")
    shared = [name for name in like.names if all(window.column(name) for window in windows)]
    parts = [replace(window, columns=tuple(_column(window, name) for name in shared)) for window in windows]
    whole = reduce(lambda one, other: one.merge(other, disjoint=True), parts)
    counted = [_counted_like([_column(part, name) for part in parts]) for name in shared]
    columns = [
        replace(column, frequent=frequent) for column, frequent in zip(whole.columns, counted, strict=True)
    ]
    return replace(whole, columns=tuple(columns))


def _column(profile: Profile, name: str) -> ColumnProfile:
    column = profile.column(name)
    assert column is not None  # noqa: S101 - only of names that are there
    return column


def _counted_like(parts: Sequence[ColumnProfile]) -> Frequent:
    """All lists hold the same values in the same order; what is new may be named in some of them only."""
    found = [part.frequent for part in parts]
    rows = [
        sum(counts) for counts in zip(*([count for _, count in one.values] for one in found), strict=True)
    ]
    new: Counter[str] = Counter()
    for one in found:
        new.update(dict(one.new))
    other = sum(one.other for one in found)
    return Frequent(
        values=tuple(zip((value for value, _ in found[0].values), rows, strict=True)),
        other=other,
        new=tuple(new.most_common(NEW_KEPT)),
        new_rows=other,
        new_values=max(len(new), *(one.new_values for one in found)),
        # Where a window names only its commonest, a value it does not name may be as common as the last.
        error=sum(one.error + (one.new[-1][1] if one.new_values > len(one.new) else 0) for one in found),
    )
