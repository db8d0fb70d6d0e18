"""Columns that look like others did before: values that stand in the wrong place."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.apart import Cause
from dataops.engine.profile import ColumnProfile, Profile

_LEVELS = np.linspace(0.05, 0.95, 19)


def misplaced(reference: Profile, current: Profile, names: Sequence[str]) -> dict[str, Cause]:
    """Of the columns ``names``, which all changed: pairs that changed places, and several that moved along
    by as many places, as where a field too few or too many was read."""
    places = {name: place for place, name in enumerate(reference.names)}
    source = _sources(reference, current, [name for name in names if name in places])
    steps = Counter(places[name] - places[other] for name, other in source.items())
    found = {}
    for name, other in source.items():
        if source.get(other) == name:
            found[name] = Cause("swapped", f"looks like {other!r} did before: the two changed places", 1.0)
        elif steps[places[name] - places[other]] > 1:
            said = f"looks like {other!r} did before: the values of several columns are shifted"
            found[name] = Cause("shifted", said, 1.0)
    return found


def _sources(reference: Profile, current: Profile, names: Sequence[str]) -> Mapping[str, str]:
    """By name the first other column that it looks like now, and did not before."""
    pairs = [(name, reference.column(name), current.column(name)) for name in names]
    known = [(name, one, now) for name, one, now in pairs if one and now and one.quantiles and now.quantiles]
    if len(known) < 2:
        return {}
    before, after = _percentiles([one for _, one, _ in known]), _percentiles([now for _, _, now in known])
    rows = np.array([[min(one.finite, now.finite) for _, one, _ in known] for _, _, now in known])
    looks, looked = _alike(before, after, rows), _alike(before, before, rows)
    found = {}
    for place, (name, *_) in enumerate(known):
        others = np.flatnonzero(looks[place] & ~looked[place])
        if others.size:
            found[name] = known[int(others[0])][0]
    return found


def _percentiles(columns: Sequence[ColumnProfile]) -> NDArray[np.float64]:
    """Of each column, shape (n_columns, 19)."""
    return np.array([[column.quantiles.at(q) for q in _LEVELS] for column in columns if column.quantiles])


def _alike(
    before: NDArray[np.float64], after: NDArray[np.float64], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """[i, j]: whether the i-th column after has about the percentiles of the j-th before, on the scale of the
    spread of these."""
    gap = np.abs(after[:, None, :] - before[None, :, :]).max(axis=2)
    spread = (before[:, -1] - before[:, 0])[None, :]
    return np.asarray((spread > 0) & (gap <= spread * (4 / np.sqrt(rows) + 0.01)))
