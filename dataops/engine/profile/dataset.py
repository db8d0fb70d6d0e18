"""What is known of one snapshot or window of data."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.profile.column import ColumnProfile


@dataclass(frozen=True, slots=True)
class Profile:
    """The summary of a table that checks, score, drift and charts ask instead of the data.

    ``duplicate_rows`` is the surplus: the rows one would delete to leave each row once.
    ``bytes`` is the size of the input as stored (compressed, if it was).
    """

    rows: int
    duplicate_rows: int
    bytes: int
    columns: tuple[ColumnProfile, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile | None:
        return next((column for column in self.columns if column.name == name), None)
