"""Columns that hold the same few values again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, leeway, of
from dataops.engine.suggest.unseen import RARE, goes_on
from dataops.engine.suggest.view import FEWEST, Codes, View
from dataops.engine.types import ColumnType

MOST_TEXTS = 1000
MOST_NUMBERS = 20
SEEN_ONCE = 0.1
"""Values that occur once, of all distinct ones: more, and the next file has values of its own."""

NEW_ROWS = 0.001
"""Expected share of rows with a value not seen before, by the values seen once (Good 1953)."""


def propose(view: View) -> Iterator[Suggestion]:
    for column in view.columns:
        most = {ColumnType.TEXT: MOST_TEXTS, ColumnType.INTEGER: MOST_NUMBERS}.get(column.type, 0)
        if column.present < FEWEST or not 1 <= column.distinct <= most:
            continue
        values, counts = view.counts(column.name)
        once = int((counts == 1).sum())
        if len(values) != column.distinct or once > SEEN_ONCE * len(values) or once > NEW_ROWS * view.rows:
            continue
        if column.type is ColumnType.INTEGER and not _has_ends(values, counts):
            continue
        kept = sorted(values)
        shown = ", ".join(kept[:5]) + (", …" if len(kept) > 5 else "")
        evidence = f"{column.name}: {len(kept):,} values ({shown}) in {of(column.present, column.present)}"
        rare = [count for count in counts.tolist() if count <= RARE]
        limits = leeway(len(rare), view.rows) if rare else None
        spec = CheckSpec("in_set", column=column.name, params={"values": kept}, limits=limits)
        yield Suggestion(spec, "", evidence, column.present, column.present)


def _has_ends(values: Sequence[str], counts: Codes) -> bool:
    """Whether numbers end where they do, below and above."""
    ordered = [count for _, count in sorted(zip(map(int, values), counts.tolist(), strict=True))]
    if len(ordered) == 1 or set(values) == {"0", "1"}:
        return True
    return not goes_on(ordered) and not goes_on(ordered[::-1])
