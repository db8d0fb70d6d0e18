"""What is known of one snapshot or window of data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dataops.engine.profile.column import ColumnProfile
from dataops.engine.profile.sketches import DistinctSketch


@dataclass(frozen=True)  # Without slots, which leave no place for what is found once.
class Profile:
    """The summary of a table that checks, score, drift and charts ask instead of the data.

    ``duplicate_rows`` is the surplus: the rows one would delete to leave each row once.
    ``bytes`` is the size of the input as stored (compressed, if it was).
    ``rows_sketch`` tells rows of merged parts apart; ``duplicate_rows_error`` is how far the duplicates
    of merged parts may be off, in rows, 0 while they are exact.
    """

    rows: int
    duplicate_rows: int
    bytes: int
    columns: tuple[ColumnProfile, ...]
    rows_sketch: DistinctSketch | None = None
    duplicate_rows_error: int = 0

    def merge(self, *others: Profile, disjoint: bool = False, alike: bool = False) -> Profile:
        """The profile of all parts; ``disjoint`` when no row of one occurs in another, ``alike`` when all
        were made like one reference, and the whole is to be.

        Raises ValueError when the columns differ in name or type. See ``merging``.
        """
        # Not above: merging is made of profiles.
        from dataops.engine.profile.merging import merge_profiles

        return merge_profiles(self, *others, disjoint=disjoint, alike=alike)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile | None:
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, ColumnProfile]:
        """The first column of each name."""
        return {column.name: column for column in reversed(self.columns)}
