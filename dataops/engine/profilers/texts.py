"""A column of text with too many different values to hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dataops.engine.profilers.bag import Counts, count_texts
from dataops.engine.profilers.cells import Cells, Hashes
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.literals import ENOUGH, STILL
from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.tally import Tally
from dataops.engine.profilers.textual import TextStatistics
from dataops.engine.profilers.witnesses import Witnesses, plausible
from dataops.engine.types import ColumnType

# A block in which less than this part of what a type needs may read as one is not tried.
DOUBTFUL = 0.9
# Reads as nothing but text.
_TEXT = "text"


class Texts:
    """All texts as hashes, and enough of a look at each to be sure that the column is text.

    With ``surely`` every text is tried on every type: the column was read before, and that is what
    was not known of it.
    """

    def __init__(
        self, policy: MissingPolicy, expected: ColumnType | None, spools: Spools, *, surely: bool
    ) -> None:
        self._policy = policy
        self._expected = expected
        self._surely = surely
        self._tally = Tally(spools)
        self._statistics = TextStatistics(spools)
        self._witnesses = Witnesses()
        self._hopeless = self._untried = 0
        known = expected not in (None, ColumnType.EMPTY)
        self._needed = DOUBTFUL * (STILL if known else ENOUGH)

    def add_counted(self, texts: pa.StringArray, counts: Counts) -> None:
        self._tally.add_counted(texts, counts)
        self._statistics.add(Cells.of(texts), counts)
        if self._expected is not ColumnType.TEXT:
            self._witnesses.add(texts, counts)

    def add(self, cells: Cells, hashes: Hashes) -> int:
        present = self._policy.present(cells)
        if present is None:
            self._add_present(cells, hashes)
            return 0
        self._add_present(Cells.of(cells.texts.filter(pa.array(present))), hashes[present])
        return cells.size - int(np.count_nonzero(present))

    def _add_present(self, cells: Cells, hashes: Hashes) -> None:
        self._tally.add_cells(cells, hashes)
        self._statistics.add(cells)
        if self._expected is ColumnType.TEXT:
            return
        likely = plausible(cells)
        count = int(np.count_nonzero(likely))
        if self._surely or count > self._needed * cells.size:
            self._hopeless += cells.size - count
            self._witnesses.add(*count_texts(cells.texts.filter(pa.array(likely))))
        else:
            self._hopeless += cells.size - count
            self._untried += count

    def found(self, rows: int, missing: int) -> Found:
        if self._expected is not ColumnType.TEXT:
            kind = self._witnesses.choose(self._expected, (_TEXT, self._hopeless + self._untried))
            if kind is not ColumnType.TEXT or self._might_be_more(rows - missing):
                raise ReadAgain(kind, sure=self._surely)
        if rows == missing:
            return Found.nothing(self._expected, rows)
        return Found(
            ColumnType.TEXT,
            texts=self._tally.counted(),
            statistics=self._statistics,
            rows=rows,
            missing=missing,
        )

    def _might_be_more(self, present: int) -> bool:
        """Whether another type would be chosen if all that was not tried read as it."""
        if not self._untried:
            return False
        known = self._expected not in (None, ColumnType.EMPTY)
        return self._witnesses.most() + self._untried >= (STILL if known else ENOUGH) * present
