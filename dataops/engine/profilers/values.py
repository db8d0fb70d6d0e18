"""Texts few enough to be held, read as the type of their column."""

from __future__ import annotations

import pyarrow as pa

from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.cells import Cells
from dataops.engine.profilers.counted import HeldTexts
from dataops.engine.profilers.found import Found
from dataops.engine.profilers.keys import Keys
from dataops.engine.profilers.literals import choose_type, has_zone, parse, reads_as
from dataops.engine.profilers.spool import Spools
from dataops.engine.profilers.textual import TextStatistics
from dataops.engine.types import ColumnType


def read_texts(texts: pa.StringArray, counts: Counts, expected: ColumnType | None, spools: Spools) -> Found:
    """A column of these different texts, none of them missing."""
    kind = choose_type(texts, counts, expected)
    if kind is ColumnType.TEXT:
        statistics = TextStatistics(spools)
        statistics.add(Cells.of(texts), counts)
        return Found(kind, texts=HeldTexts.of(texts, counts), statistics=statistics)
    valid = reads_as(texts, kind)
    literals = texts.filter(pa.array(valid))
    return Found(
        kind,
        Keys.of(parse(literals, kind), counts[valid]),
        zoned=kind is ColumnType.DATETIME and bool(has_zone(literals).any()),
        texts=HeldTexts.of(texts.filter(pa.array(~valid)), counts[~valid]),
    )
