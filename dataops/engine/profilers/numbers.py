"""A column of numbers, dates or times with too many different values to hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dataops.engine.profilers.bag import Counts, count_texts
from dataops.engine.profilers.cells import Cells, Hashes
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.keys import Keys, Values
from dataops.engine.profilers.literals import has_zone, parse, reads_as
from dataops.engine.profilers.missing import MissingPolicy
from dataops.engine.profilers.plain import DAY_MICROSECONDS
from dataops.engine.profilers.regular import REGULAR, Read, are_plain, read_cells
from dataops.engine.profilers.spool import Spool, Spools
from dataops.engine.profilers.tally import Tally
from dataops.engine.profilers.witnesses import Witnesses
from dataops.engine.types import ColumnType

# Different cells that are none of the type, from which on a wider type is looked for at once.
MANY = 1_000

_WIDER = {ColumnType.INTEGER: ColumnType.FLOAT, ColumnType.DATE: ColumnType.DATETIME}
_DTYPES = {ColumnType.FLOAT: np.float64, ColumnType.BOOLEAN: np.bool_}
_WITNESSES = {
    ColumnType.INTEGER: "1",
    ColumnType.FLOAT: "1.5",
    ColumnType.BOOLEAN: "true",
    ColumnType.DATE: "2000-01-01",
    ColumnType.DATETIME: "2000-01-01T00:00",
}


class Numbers:
    """The cells that read as ``kind`` as 8-byte values, and a tally of the others' texts.

    A column of whole numbers in which decimals turn up, or of days in which times do, is widened.
    """

    def __init__(
        self,
        kind: ColumnType,
        policy: MissingPolicy,
        expected: ColumnType | None,
        spools: Spools,
        *,
        sure: bool = False,
    ) -> None:
        self._sure = sure
        self._kind = kind
        self._policy = policy
        self._expected = expected
        self._spools = spools
        self._values = self._open(kind)
        self._named = self._names_numbers()
        self._narrow: Spool | None = None
        self._zoned = self._odd = False
        self._forget_rest()

    def _open(self, kind: ColumnType) -> Spool:
        return self._spools.open(_DTYPES.get(kind, np.int64))

    def _names_numbers(self) -> bool:
        """Whether a word that means missing, such as -999, reads as the type."""
        tokens = pa.array(sorted(self._policy.tokens), pa.string())
        return bool(reads_as(tokens, self._kind).any())

    def _forget_rest(self) -> None:
        self._rest = Tally(self._spools)
        self._witnesses = Witnesses()

    def add_counted(self, texts: pa.StringArray, counts: Counts) -> None:
        valid = reads_as(texts, self._kind)
        literals = texts.filter(pa.array(valid))
        self._values.add(np.repeat(parse(literals, self._kind), counts[valid]))
        self._zoned |= self._kind is ColumnType.DATETIME and bool(has_zone(literals).any())
        self._odd |= not are_plain(Cells.of(literals), self._kind)
        self._add_rest(texts.filter(pa.array(~valid)), counts[~valid])

    def add(self, cells: Cells, hashes: Hashes) -> int:
        present = self._policy.present(cells) if self._named else None
        if present is None:
            return self._add_present(cells)
        absent = cells.size - int(np.count_nonzero(present))
        return absent + self._add_present(Cells.of(cells.texts.filter(pa.array(present))))

    def _add_present(self, cells: Cells) -> int:
        """Cells that are no token, or none that reads as the type; returns how many are missing still."""
        return self.add_read(read_cells(cells, self._kind), cells.size)

    @property
    def reads(self) -> ColumnType | None:
        """The type whose literals are looked for, when that can be done without a look at the policy."""
        return None if self._named or self._kind not in REGULAR else self._kind

    def add_read(self, read: Read, rows: int) -> int:
        """What was read of so many cells as the type ``reads`` names; returns how many are missing."""
        self._values.add(read.values)
        self._zoned |= read.zoned
        self._odd |= read.odd
        empty = rows - read.values.size - len(read.rest)
        if not len(read.rest):
            return empty
        texts, counts = count_texts(read.rest)
        absent = self._policy.mask(texts)
        self._add_rest(texts.filter(pa.array(~absent)), counts[~absent])
        return empty + int(counts[absent].sum())

    def _add_rest(self, texts: pa.StringArray, counts: Counts) -> None:
        if not counts.size:
            return
        self._witnesses.add(texts, counts)
        self._rest.add_counted(texts, counts)
        held = self._rest.held
        if held is not None and held[1].size > MANY and self._choose() is _WIDER.get(self._kind):
            self._widen(*held)

    def _widen(self, texts: pa.StringArray, counts: Counts) -> None:
        self._narrow, self._kind = self._values, _WIDER[self._kind]
        self._values = self._open(self._kind)
        self._named = self._names_numbers()
        self._forget_rest()
        self.add_counted(texts, counts)

    def _choose(self) -> ColumnType:
        """The type of all that is there, the rule about codes aside."""
        count = self._values.size + (self._narrow.size if self._narrow is not None else 0)
        return self._witnesses.choose(self._expected, (_WITNESSES[self._kind], count))

    def found(self, rows: int, missing: int) -> Found:
        if rows == missing:
            return Found.nothing(self._expected, rows)
        kind = self._kind if self._sure else self._choose()
        if kind is _WIDER.get(self._kind) and (held := self._rest.held) is not None:
            self._widen(*held)
        if kind is not self._kind:
            raise ReadAgain(kind)
        keys = Keys.of(self._load())
        if kind is ColumnType.INTEGER and not self._sure and self._may_be_codes(keys.values):
            raise ReadAgain(ColumnType.TEXT)
        return Found(kind, keys, self._zoned, self._rest.counted(), rows=rows, missing=missing)

    def _may_be_codes(self, values: Values) -> bool:
        """Whether the whole numbers are codes, as their narrowest and widest tell beside the rest."""
        nothing = (("-1", values.size),)
        if self._witnesses.choose(self._expected, *nothing) is not ColumnType.TEXT:
            return False
        whole = values[np.searchsorted(values, 0) :]
        # An odd one, such as "+5", has no width: it takes another look to tell.
        if self._odd or not whole.size:
            return True
        ends = ((str(whole[0]), 1), (str(whole[-1]), values.size - 1))
        return self._witnesses.choose(self._expected, *ends) is ColumnType.TEXT

    def _load(self) -> Values:
        values = self._values.load()
        self._values.close()
        if self._narrow is None:
            return values
        narrow = self._narrow.load()
        self._narrow.close()
        if self._kind is ColumnType.DATETIME:
            narrow = narrow * DAY_MICROSECONDS
        return np.concatenate([narrow.astype(values.dtype), values])
