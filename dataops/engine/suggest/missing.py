"""Columns that are always there, and how much of the others may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from dataops.engine.checks import CheckSpec, Limits
from dataops.engine.suggest.suggestion import Suggestion, leeway, of, wilson_upper
from dataops.engine.suggest.view import View


def propose(view: View) -> Iterator[Suggestion]:
    for column in view.columns:
        limits = leeway(column.missing, column.rows)
        if not column.missing:
            limits = Limits(warn=0.0, fail=wilson_upper(0, column.rows))
        spec = CheckSpec("missing_values", column=column.name, limits=limits)
        evidence = f"{column.name}: there in {of(column.present, column.rows)}"
        yield Suggestion(spec, "", evidence, column.rows, column.present)
