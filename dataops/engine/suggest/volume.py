"""How many rows are to be expected."""

from __future__ import annotations

from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion
from dataops.engine.suggest.view import View


def propose(view: View) -> Iterator[Suggestion]:
    """Half to twice as many as there are, and from the eighth run on what the runs before had."""
    rows = view.profile.rows
    band = {"minimum": max(1, rows // 2), "maximum": 2 * rows}
    yield Suggestion(CheckSpec("row_count", params=band), "", f"{rows:,} rows came first", 1, 1)
    evidence = f"{rows:,} rows came first; judged by earlier runs once there are 7"
    yield Suggestion(CheckSpec("volume_anomaly"), "", evidence, 1, 1)
