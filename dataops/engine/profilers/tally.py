"""How often each text of a column occurs, exactly, however many different ones there are."""

from __future__ import annotations

import pyarrow as pa

from dataops.engine.profilers.bag import Bag, Counts, count_texts
from dataops.engine.profilers.cells import Cells, Hashes
from dataops.engine.profilers.counted import CountedTexts, HeldTexts
from dataops.engine.profilers.hashed import HashedTexts
from dataops.engine.profilers.spool import Spools

# Different texts that are held as such; a column with more is held as hashes.
HELD = 50_000


class Tally:
    """Texts and their counts: a bag at first, hashes once there are too many different ones for it."""

    def __init__(self, spools: Spools) -> None:
        self.total = 0
        self._spools = spools
        self._bag = Bag()
        self._hashed: HashedTexts | None = None

    def add(self, texts: pa.StringArray) -> None:
        """More texts, none NULL."""
        if self._hashed is None:
            self.add_counted(*count_texts(texts))
        else:
            self.add_cells(Cells.of(texts), None)

    def add_cells(self, cells: Cells, hashes: Hashes | None) -> None:
        """The same, with the hashes of the texts."""
        self.total += cells.size
        self.hashed.add(cells, hashes=hashes)

    def add_counted(self, texts: pa.StringArray, counts: Counts) -> None:
        """Different texts, each as often as ``counts`` says."""
        self.total += int(counts.sum())
        if self._hashed is not None:
            self._hashed.add(Cells.of(texts), counts)
            return
        self._bag.add(texts, counts)
        if self._bag.size > HELD:
            _ = self.hashed

    @property
    def hashed(self) -> HashedTexts:
        """From now on hashes are held, also of what is there already."""
        if self._hashed is None:
            self._hashed = HashedTexts(self._spools)
            texts, counts = self._bag.joined()
            if counts.size:
                self._hashed.add(Cells.of(texts), counts)
            self._bag = Bag()
        return self._hashed

    @property
    def held(self) -> tuple[pa.StringArray, Counts] | None:
        """All different texts in the order they were met, with their counts; None if they were too many."""
        return self._bag.joined() if self._hashed is None else None

    def counted(self) -> CountedTexts:
        """What can be asked once all texts are there."""
        return HeldTexts.of(*self._bag.joined()) if self._hashed is None else self._hashed.counted()
