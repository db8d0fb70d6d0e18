"""Which columns there are, and of what type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion
from dataops.engine.suggest.view import View


def propose(view: View) -> Iterator[Suggestion]:
    columns = [f"{column.name}:{column.type}" for column in view.profile.columns]
    kinds = Counter(column.type.value for column in view.profile.columns)
    evidence = f"{len(columns)} columns: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    rows = view.profile.rows
    yield Suggestion(CheckSpec("schema", params={"columns": columns}), "", evidence, rows, rows)
