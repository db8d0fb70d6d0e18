"""Collects one column of text cells, block by block, in the form that suits what is in it.

A column starts as a bag of its different texts. One that outgrows the bag becomes numbers in a
spool (with a tally of the cells that are none), or hashes in a spool. What it becomes is a guess
from the cells met so far; the type is chosen in the end, from all of them, and when the guess was
wrong the column is read once more, knowing better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import pyarrow as pa

from dataops.engine.profilers.bag import Bag, Counts, count_texts
from dataops.engine.profilers.cells import Cells, Hashes, different_texts, text_hashes
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.literals import choose_type
from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.numbers import Numbers
from dataops.engine.profilers.regular import Read
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.texts import Texts
from dataops.engine.profilers.values import read_texts
from dataops.engine.types import ColumnType

# Different texts a bag may hold, and the share of new ones in a block of this many rows or more
# from which holding them is slower than sorting numbers or hashing texts.
HELD = 50_000
CROWDED = 0.25
ENOUGH_ROWS = 2_000
# In so many cells from the start, the share of different ones that leaves no doubt.
FIRST = 1_000
SURELY_CROWDED = 0.8


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a column before it is read; ``kind`` when it was read before in vain.

    Nothing more is asked of a kind that is ``sure``.
    """

    policy: MissingPolicy
    expected: ColumnType | None = None
    kind: ColumnType | None = None
    sure: bool = False

    def after(self, again: ReadAgain) -> Settings:
        """Settings to read the column once more with.

        As text, which leaves nothing open, when it was read twice and the type is still not sure:
        no column is read more than four times.
        """
        kind = again.kind if again.sure or self.kind is None else ColumnType.TEXT
        return replace(self, kind=kind, sure=again.sure)


class Form(Protocol):
    """What a column becomes that outgrew its bag."""

    def add_counted(self, texts: pa.StringArray, counts: Counts) -> None: ...

    def add(self, cells: Cells, hashes: Hashes) -> int:
        """Takes what is not missing; returns how many cells are."""
        ...

    def found(self, rows: int, missing: int) -> Found: ...


class Collector:
    """One column; ``add`` is called by one thread at a time, in file order."""

    def __init__(self, settings: Settings, spools: Spools) -> None:
        self._settings = settings
        self._spools = spools
        self._rows = self._missing = 0
        self._bag = Bag()
        self._form = self._make(settings.kind) if settings.kind else None

    def add(self, texts: pa.StringArray) -> Hashes:
        """More cells, none NULL; returns their hashes."""
        if not self._rows and self._form is None and len(texts) >= ENOUGH_ROWS:
            self._foresee(texts.slice(0, FIRST))
        self._rows += len(texts)
        cells = Cells.of(texts)
        hashes = text_hashes(cells)
        if self._form is None:
            self._add_to_bag(cells, hashes)
        else:
            self._missing += self._form.add(cells, hashes)
        return hashes

    @property
    def reads(self) -> ColumnType | None:
        """The type as which the next cells may as well be read elsewhere, for ``add_read``."""
        return self._form.reads if isinstance(self._form, Numbers) else None

    def add_read(self, read: Read, rows: int) -> None:
        """What was read of so many more cells as the type ``reads`` names."""
        if not isinstance(self._form, Numbers):
            raise TypeError("only a column of numbers takes what was read of it")
        self._rows += rows
        self._missing += self._form.add_read(read, rows)

    def _foresee(self, texts: pa.StringArray) -> None:
        """Go without a bag when the first cells show that it would be outgrown at once."""
        different, counts = count_texts(texts)
        if len(different) > SURELY_CROWDED * len(texts):
            present = ~self._settings.policy.mask(different)
            self._form = self._guess(different.filter(pa.array(present)), counts[present])

    def _guess(self, texts: pa.StringArray, counts: Counts) -> Form:
        """The form that suits these texts, of which a few tell the type."""
        return self._make(choose_type(texts.slice(0, FIRST), counts[:FIRST], self._settings.expected))

    def _add_to_bag(self, cells: Cells, hashes: Hashes) -> None:
        different, counts = different_texts(cells, hashes)
        self._bag.add(different, counts)
        crowded = cells.size >= ENOUGH_ROWS and len(different) > CROWDED * cells.size
        if crowded or self._bag.size > HELD:
            self._outgrow()

    def _outgrow(self) -> None:
        texts, counts = self._present()
        if not counts.size:
            return
        self._missing = self._rows - int(counts.sum())
        self._form = self._guess(texts, counts)
        self._form.add_counted(texts, counts)
        self._bag = Bag()

    def _make(self, kind: ColumnType) -> Form:
        policy, expected = self._settings.policy, self._settings.expected
        if kind is ColumnType.TEXT:
            return Texts(policy, expected, self._spools, surely=self._settings.kind is not None)
        return Numbers(kind, policy, expected, self._spools, sure=self._settings.sure)

    def _present(self) -> tuple[pa.StringArray, Counts]:
        texts, counts = self._bag.joined()
        present = ~self._settings.policy.mask(texts)
        return texts.filter(pa.array(present)), counts[present]

    def found(self) -> Found:
        """The column once all its cells are there. Raises ReadAgain when its form was the wrong one."""
        if self._form is not None:
            return self._form.found(self._rows, self._missing)
        texts, counts = self._present()
        missing = self._rows - int(counts.sum())
        if not counts.size:
            return Found.nothing(self._settings.expected, self._rows)
        return read_texts(texts, counts, self._settings.expected, self._spools).of(self._rows, missing)
