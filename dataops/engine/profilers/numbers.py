"""A column of numbers, dates or times with too many different values to hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dataops.engine.profilers.bag import Counts, count_texts
from dataops.engine.profilers.cells import Cells, Hashes
from dataops.engine.profilers.counted import CountedTexts
from dataops.engine.profilers.found import Found, ReadAgain
from dataops.engine.profilers.keys import Keys, Values
from dataops.engine.profilers.literals import has_zone, parse, reads_as
from dataops.engine.profilers.regular import read_cells
from dataops.engine.profilers.spool import Spool, Spools
from dataops.engine.profilers.tally import Tally
from dataops.engine.profilers.witnesses import Witnesses
from dataops.engine.types import ColumnType

DAY_MICROSECONDS = 86_400_000_000
# Different cells that are none of the type, from which on a wider type is looked for at once.
MANY = 1_000

_WIDER = {ColumnType.INTEGER: ColumnType.FLOAT, ColumnType.DATE: ColumnType.DATETIME}
_DTYPES = {ColumnType.FLOAT: np.float64, ColumnType.BOOLEAN: np.bool_}
_WITNESSES = {
    ColumnType.FLOAT: "1.5",
    ColumnType.BOOLEAN: "true",
    ColumnType.DATE: "2000-01-01",
    ColumnType.DATETIME: "2000-01-01T00:00",
}


class Numbers:
    """The cells that read as ``kind`` as 8-byte values, and a tally of the others' texts.

    A column of whole numbers in which decimals turn up, or of days in which times do, is widened.
    """

    def __init__(self, kind: ColumnType, expected: ColumnType | None, spools: Spools) -> None:
        self._kind = kind
        self._expected = expected
        self._spools = spools
        self._values = self._open(kind)
        self._narrow: Spool | None = None
        self._zoned = False
        self._forget_rest()
        # Bounds of what is whole and not negative, for the rule about codes.
        self._least: int | None = None
        self._largest: int | None = None

    def _open(self, kind: ColumnType) -> Spool:
        return self._spools.open(_DTYPES.get(kind, np.int64))

    def _forget_rest(self) -> None:
        self._rest = Tally(self._spools)
        self._witnesses = Witnesses()

    def add_counted(self, texts: pa.StringArray, counts: Counts) -> None:
        valid = reads_as(texts, self._kind)
        literals = texts.filter(pa.array(valid))
        self._keep(np.repeat(parse(literals, self._kind), counts[valid]))
        self._zoned |= self._kind is ColumnType.DATETIME and bool(has_zone(literals).any())
        self._add_rest(texts.filter(pa.array(~valid)), counts[~valid])

    def add(self, cells: Cells, hashes: Hashes) -> None:
        read = read_cells(cells, self._kind)
        self._keep(read.values)
        self._zoned |= read.zoned
        if len(read.rest):
            self._add_rest(*count_texts(read.rest))

    def _keep(self, values: Values) -> None:
        self._values.add(values)
        if self._kind is not ColumnType.INTEGER or not values.size:
            return
        whole = values if int(values.min()) >= 0 else values[values >= 0]
        if whole.size:
            least, largest = int(whole.min()), int(whole.max())
            self._least = least if self._least is None else min(least, self._least)
            self._largest = largest if self._largest is None else max(largest, self._largest)

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
        self._forget_rest()
        self.add_counted(texts, counts)

    def _choose(self) -> ColumnType:
        """The type of all that is there."""
        return self._witnesses.choose(self._expected, *self._valid_witnesses())

    def _valid_witnesses(self) -> list[tuple[str, int]]:
        count = self._values.size
        narrow = self._narrow.size if self._narrow is not None else 0
        if self._kind is not ColumnType.INTEGER:
            return [(_WITNESSES[self._kind], count + narrow)]
        if self._least is None or self._largest is None or count < 2:
            return [("-1" if self._least is None else str(self._least), count)]
        return [(str(self._least), 1), (str(self._largest), count - 1)]

    def found(self, rows: int, missing: int) -> Found:
        if rows == missing:
            return Found.nothing(self._expected, rows)
        kind = self._choose()
        if kind is _WIDER.get(self._kind) and (held := self._rest.held) is not None:
            self._widen(*held)
        if kind is not self._kind:
            raise ReadAgain(kind)
        invalid: CountedTexts = self._rest.counted()
        keys = Keys.of(self._load())
        return Found(kind, keys, self._zoned, invalid, rows=rows, missing=missing)

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
