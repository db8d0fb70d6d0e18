"""A column after reading: its type, its values in order or its texts, and what is no value of the type."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dataops.engine.profilers.counted import NO_TEXTS, CountedTexts
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.textual import TextStatistics
from dataops.engine.types import ColumnType


class ReadAgain(Exception):  # noqa: N818 - not an error: the column turned out to be of another kind
    """The column is of type ``kind``, and was collected in a form that cannot tell about it.

    ``sure`` when every cell was tried on every type; if not, the type may turn out another again.
    """

    def __init__(self, kind: ColumnType, *, sure: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.sure = sure


@dataclass(frozen=True, slots=True)
class Found:
    """``keys`` are the valid values of a column that is not text; ``zoned`` if its times name a zone.

    ``texts`` are all present texts of a column of text, and else the present cells that do not
    read as ``type``; ``statistics`` exist for text.
    """

    type: ColumnType
    keys: Keys | None = None
    zoned: bool = False
    texts: CountedTexts = NO_TEXTS
    statistics: TextStatistics | None = None
    rows: int = 0
    missing: int = 0

    @classmethod
    def nothing(cls, expected: ColumnType | None, rows: int) -> Found:
        """A column without values says nothing about its type: it keeps the one it is known by."""
        return cls(expected or ColumnType.EMPTY, rows=rows, missing=rows)

    def of(self, rows: int, missing: int) -> Found:
        return replace(self, rows=rows, missing=missing)
