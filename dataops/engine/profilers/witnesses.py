"""A few texts that stand for a whole column when its type is chosen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.compiled import Bytes, Places, compiled
from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.cells import Cells
from dataops.engine.profilers.literals import choose_type, reads_as
from dataops.engine.types import ColumnType

Mask = NDArray[np.bool_]

KINDS = tuple(kind for kind in ColumnType if kind not in (ColumnType.TEXT, ColumnType.EMPTY))
# Numbers wider than this are all alike: no type has room for them.
_WIDEST = 63


class Witnesses:
    """Of texts that read as the same types (and, digits alone, are of the same width), one each.

    ``choose_type`` of them, each counted for all it stands for, is ``choose_type`` of the column.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, int]] = {}

    def add(self, texts: pa.StringArray, counts: Counts) -> None:
        """Different texts of the column, each as often as ``counts`` says."""
        if not len(texts):
            return
        signs = _signs(texts)
        different, first, which = np.unique(signs, return_index=True, return_inverse=True)
        totals = np.bincount(which, weights=counts)
        for sign, at, total in zip(different.tolist(), first.tolist(), totals.tolist(), strict=True):
            text, before = self._seen.get(sign, (texts[at].as_py(), 0))
            self._seen[sign] = text, before + int(total)

    def choose(self, expected: ColumnType | None, *others: tuple[str, int]) -> ColumnType:
        """The type of the column, of which ``others`` are texts that were not added, with their counts."""
        witnesses = [(text, count) for text, count in (*self._seen.values(), *others) if count]
        texts = pa.array([text for text, _ in witnesses], pa.string())
        return choose_type(texts, np.array([count for _, count in witnesses], np.int64), expected)

    @property
    def total(self) -> int:
        return sum(count for _, count in self._seen.values())

    def most(self) -> int:
        """The most of these texts that read as one type."""
        texts = pa.array([text for text, _ in self._seen.values()], pa.string())
        counts = np.array([count for _, count in self._seen.values()], np.int64)
        return max((int(counts[reads_as(texts, kind)].sum()) for kind in KINDS), default=0)


def _signs(texts: pa.StringArray) -> NDArray[np.int64]:
    """One number per text, the same for texts that no rule about types can tell apart."""
    signs = np.zeros(len(texts), np.int64)
    for bit, kind in enumerate(KINDS):
        signs |= reads_as(texts, kind).astype(np.int64) << bit
    digits = pc.match_substring_regex(texts, r"^\d+$").to_numpy(zero_copy_only=False)
    if digits.any():
        cells = Cells.of(texts)
        zeros = pc.starts_with(texts, "0").to_numpy(zero_copy_only=False)
        widths = np.minimum(cells.lengths, _WIDEST).astype(np.int64) * 2 + zeros
        signs |= np.where(digits, widths, 0) << len(KINDS)
    return signs


def plausible(cells: Cells) -> Mask:
    """Which texts may read as anything but text: all that do, and few others.

    Decided by the first byte and the last, so that a column of a million codes or comments need not
    be tried on every notation of every type.
    """
    found = np.empty(cells.size, np.bool_)
    _find_plausible(cells.data, cells.starts, cells.lengths, found)
    return found


@compiled
def _find_plausible(data: Bytes, starts: Places, lengths: Places, found: Mask) -> None:
    for cell in range(starts.size):
        at = starts[cell]
        found[cell] = lengths[cell] > 0 and _STARTS[data[at]] and _ENDS[data[at + lengths[cell] - 1]]


def _bytes(signs: str) -> Mask:
    table = np.zeros(256, dtype=bool)
    table[list(signs.encode())] = True
    # Beyond ASCII there are signs of currencies, other digits and other spaces.
    table[0x80:] = True
    return table


_AROUND = "0123456789+-.,()$%' \t\n\v\f\r"
_STARTS = _bytes(_AROUND + "nNiItTfF")
_ENDS = _bytes(_AROUND + "zZnNfFyYeEmM")
