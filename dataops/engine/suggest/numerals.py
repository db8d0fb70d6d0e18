"""Columns of numbers: what else comes is a column of another type, whose rows this points at."""

from __future__ import annotations

from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View
from dataops.engine.types import ColumnType

WRITTEN = {
    ColumnType.INTEGER: (r"^[+-]?[0-9]+$", "whole numbers"),
    ColumnType.FLOAT: (r"^[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?$", "numbers"),
}


def propose(view: View) -> Iterator[Suggestion]:
    for column in view.columns:
        plain = not (column.nan or column.infinite or column.invalid)
        if column.type in WRITTEN and column.valid >= FEWEST and plain:
            pattern, words = WRITTEN[column.type]
            evidence = f"{column.name}: {of(column.valid, column.present)} are {words}"
            spec = CheckSpec("regex", column=column.name, params={"pattern": pattern})
            yield Suggestion(spec, "", evidence, column.present, column.valid)
