"""What counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.compiled import Bytes, Places, compiled
from dataops.engine.profilers.cells import Cells

_SPACE, _BEYOND_ASCII = 0x20, 0x80
# What Arrow and Python call white space, and what takes no room at all.
BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
    + "\u200b\ufeff"
)


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """Which cells hold no value: NULL, the empty text, and by default text of spaces alone.

    No-break spaces, zero-width spaces and byte order marks are spaces as well. "NA", "null" or "-" are
    values (NA is Namibia) unless they are named in ``tokens``, which are compared without the spaces
    around them. A column named in ``columns`` has a policy of its own, which takes the place of this one.

    >>> MissingPolicy(tokens=frozenset({"NA"})).mask(pa.array(["NA", " ", "Nantes"])).tolist()
    [True, True, False]
    """

    tokens: frozenset[str] = frozenset()
    whitespace: bool = True
    columns: Mapping[str, MissingPolicy] = field(default_factory=dict)

    def of(self, column: str) -> MissingPolicy:
        """What counts as missing in that column."""
        return self.columns.get(column, self)

    def mask(self, texts: pa.StringArray) -> NDArray[np.bool_]:
        """Which of ``texts`` are missing; shape (n,)."""
        trimmed = pc.utf8_trim(texts, characters=BLANKS)
        absent = pc.equal(trimmed if self.whitespace else texts, "")
        if self.tokens:
            absent = pc.or_(absent, pc.is_in(trimmed, pa.array(sorted(self.tokens), pa.string())))
        mask: NDArray[np.bool_] = absent.to_numpy(zero_copy_only=False)
        return mask

    def present(self, cells: Cells) -> NDArray[np.bool_] | None:
        """Which of ``cells`` are not missing, shape (n,); None when all are present.

        Looks at those alone that may be missing: short ones, and those with spaces around them.
        """
        longest = max((len(token.encode()) for token in self.tokens), default=0)
        places = np.empty(cells.size, np.int32)
        at = places[: _find_doubtful(cells.data, cells.starts, cells.lengths, longest, places)]
        if not at.size:
            return None
        encoded = cells.texts.take(pa.array(at)).dictionary_encode()
        absent = self.mask(encoded.dictionary)[encoded.indices.to_numpy()]
        if not absent.any():
            return None
        present = np.ones(cells.size, dtype=bool)
        present[at[absent]] = False
        return present


@compiled
def _find_doubtful(data: Bytes, starts: Places, lengths: Places, longest: int, places: Places) -> int:
    """Puts the positions of cells that are up to ``longest`` bytes long, or begin or end with what may
    be a space, into ``places``; returns how many there are."""
    count = 0
    for cell in range(starts.size):
        doubtful = lengths[cell] <= longest
        if not doubtful:
            first, last = data[starts[cell]], data[starts[cell] + lengths[cell] - 1]
            doubtful = first <= _SPACE or last <= _SPACE or first >= _BEYOND_ASCII or last >= _BEYOND_ASCII
        if doubtful:
            places[count] = cell
            count += 1
    return count


DEFAULT_POLICY = MissingPolicy()
