"""Several windows as one: a reference that moves on with the data."""

from collections.abc import Sequence
from dataclasses import replace

from dataops.engine.profile import ColumnProfile, Profile


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
    return parts[0].merge(*parts[1:], disjoint=True, alike=True)


def _column(profile: Profile, name: str) -> ColumnProfile:
    column = profile.column(name)
    assert column is not None  # noqa: S101 - only of names that are there
    return column
