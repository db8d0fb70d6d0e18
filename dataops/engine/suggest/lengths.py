"""How long the texts of a column are."""

from __future__ import annotations

from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View

ROOM = 1.5


def propose(view: View) -> Iterator[Suggestion]:
    """Exactly as long as all of them, or up to half as long again as the longest."""
    for column in view.columns:
        lengths = column.lengths
        if lengths is None or column.present < FEWEST:
            continue
        fixed = lengths.minimum == lengths.maximum
        most = lengths.maximum if fixed else int(lengths.maximum * ROOM)
        least = lengths.minimum if fixed else max(1, lengths.minimum // 2)
        seen = f"{lengths.minimum}" if fixed else f"{lengths.minimum} to {lengths.maximum}"
        evidence = f"{column.name}: {of(column.present, column.present)} have {seen} characters"
        spec = CheckSpec("text_length", column=column.name, params={"minimum": least, "maximum": most})
        yield Suggestion(spec, "", evidence, column.present, column.present)
