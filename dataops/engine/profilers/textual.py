"""What is known of a column of text besides its most frequent values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.profile import Lengths
from dataops.engine.profile.frequent import Counted
from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.cells import Cells
from dataops.engine.profilers.shapes import shapes_of
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.storable import storable
from dataops.engine.profilers.tally import Tally

PATTERNS_KEPT = 10


class TextStatistics:
    """Lengths, shapes, and the first and last text in the order of their bytes."""

    def __init__(self, spools: Spools) -> None:
        self.lengths: Lengths | None = None
        self._shapes = Tally(spools)
        self._bounds: list[str] = []

    def add(self, cells: Cells, counts: Counts | None = None) -> None:
        """More texts, none missing, each once or as often as ``counts`` says."""
        if not cells.size:
            return
        sizes = cells.lengths if cells.is_ascii else pc.utf8_length(cells.texts).to_numpy()
        lengths = Lengths.of(sizes, counts)
        self.lengths = lengths if self.lengths is None else self.lengths.merge(lengths)
        bounds = pc.min_max(cells.texts)
        found = pa.array([*self._bounds, bounds["min"].as_py(), bounds["max"].as_py()])
        self._bounds = [pc.min(found).as_py(), pc.max(found).as_py()]
        shapes = shapes_of(cells)
        if counts is None:
            self._shapes.add(shapes)
        else:
            encoded = shapes.dictionary_encode()
            totals = np.bincount(encoded.indices.to_numpy(), weights=counts).astype(np.int64)
            self._shapes.add_counted(encoded.dictionary, totals)

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """The first and the last text, as texts are stored."""
        if not self._bounds:
            return None, None
        low, high = storable(pa.array(self._bounds, pa.string())).to_pylist()
        return low, high

    def patterns(self) -> Counted:
        """The most frequent shapes."""
        return self._shapes.counted().top(PATTERNS_KEPT)
