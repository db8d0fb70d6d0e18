"""How regularly rows come, and how old the newest one is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View

HOUR = 3600.0
RECENT_HOURS = 7 * 24
ROOM = 3.0


def propose(view: View) -> Iterator[Suggestion]:
    for column in view.columns:
        if not column.type.is_temporal or column.distinct < FEWEST:
            continue
        values = view.numbers(column.name)
        moments = np.unique(values[np.isfinite(values)])
        gaps = np.diff(moments) / HOUR
        usual, longest = float(np.median(gaps)), float(gaps.max())
        whole = view.rows == view.profile.rows
        if whole and longest <= ROOM * usual:
            spec = CheckSpec("time_gaps", column=column.name, params={"maximum_gap_hours": _up(ROOM * usual)})
            evidence = f"{column.name}: {of(gaps.size, gaps.size)} gaps of at most {longest:.4g} h"
            yield Suggestion(spec, "", evidence, gaps.size, gaps.size)
        age = (view.at.timestamp() - moments[-1]) / HOUR if view.at else -1.0
        if 0 <= age <= RECENT_HOURS:
            hours = _up(max(ROOM * age, ROOM * usual, 24.0))
            spec = CheckSpec("freshness", column=column.name, params={"maximum_age_hours": hours})
            evidence = f"{column.name}: the newest value was {age:.3g} h old when the data came"
            yield Suggestion(spec, "", evidence, 1, 1)


def _up(hours: float) -> float:
    """Rounded up to two figures, so that a rule reads well."""
    step = 10 ** (np.floor(np.log10(hours)) - 1)
    return float(f"{np.ceil(hours / step - 1e-9) * step:.10g}")
