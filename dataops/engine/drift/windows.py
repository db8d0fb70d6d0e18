"""How much windows differ from each other when nothing is wrong, and how unusual one more is by that measure.

Rows of one day are alike, so a day differs from any other by more than its number of rows allows for. Tests
that take rows as independent then alarm every day. Whole windows, though, can be compared with each other:
each of them, the current one like any earlier one, with the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, stdtr

from dataops.engine.drift.measure import Kind
from dataops.engine.drift.together import Together
from dataops.engine.profile import ColumnProfile, Profile

ENOUGH = 20
"""Windows from which on they are the measure by themselves; their p-values are 1 / 21 and up."""

SOME = 5
"""Windows from which on it can be said how many rows a row is worth."""

# A column that never varied must not make the slightest change look immense: a row or two are no change, and
# the least spread is that of distributions of some hundred rows, or of counts of ten, in logarithms.
_HANDFUL = 2.0
_CLEARLY = 4.0  # standard deviations
_LEAST_SPREAD = {"values": 0.25, "missing": 0.35, "outside": 0.35, "together": 0.35}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unusual:
    """How unusual each aspect of one column is, by the name of the aspect.

    ``p_values`` hold for the run: the chance that any aspect of any column of a window like the earlier ones
    is as far out. Empty with fewer than 20 windows. ``design_effects`` say how many rows count as one, by as
    many ``windows``.
    ``is_beyond`` when some aspect lies clearly further out than that of any column in any earlier window: a
    rank among n windows alone can never be rarer than one in n + 1, which over a year is often.
    """

    p_values: dict[str, float]
    design_effects: dict[str, float]
    is_beyond: bool = False
    windows: int = 0

    def deflated(self, p_value: float, aspect: str) -> float:
        """The p-value that a test would have had on the rows that those of this aspect are worth.

        Takes it as that of a normal deviate, whose square grows with the rows. What a row is worth is told by
        few windows, and so only roughly: the deviate over the root of that follows Student's distribution,
        with as many degrees of freedom as there are windows but one. Unchanged where no window tells.

        >>> few, some = Unusual({}, {"values": 10.0}, windows=5), Unusual({}, {"values": 10.0}, windows=19)
        >>> round(few.deflated(1e-10, "values"), 3), round(some.deflated(1e-10, "values"), 3)
        (0.11, 0.056)
        """
        effect = self.design_effects.get(aspect)
        if effect is None:
            return p_value
        deviate = math.sqrt(chdtri(1, max(p_value, 1e-300)) / effect)
        return min(float(2 * stdtr(self.windows - 1, -deviate)), 1.0)


TOGETHER = ""
"""The name, no column's, of how columns go together."""

# Of how columns go together: less is noise, and on a scale of logarithms noise would look like news.
_LEAST_EFFECT = 0.05

UNKNOWN = Unusual({}, {})
"""Of a column that earlier windows did not have: nothing is known of what is usual."""


@dataclass(frozen=True, slots=True)
class _Aspect:
    """Counts of one aspect of a column, shape (n_windows, n_cells), and of the current one, (n_cells,)."""

    windows: Floats
    current: Floats
    ordered: bool

    def distances(self) -> Floats:
        """Each window, and last the current one, from all the others, shape (n_windows + 1,)."""
        return _from_the_others(np.vstack([self.windows, self.current]), self.ordered)

    def design_effect(self) -> float:
        """How many rows count as one (Kish 1965), 1 at the least: squared distances over those of lone rows.

        Of ordered cells by the Kolmogorov-Smirnov distance, whose square is pi² / 12 over the rows; else
        the mean chi-squared statistic of the windows over its degrees of freedom.
        """
        rows, total = self.windows.sum(axis=1), self.windows.sum(axis=0)
        if self.ordered:
            effective = rows * (rows.sum() - rows) / max(rows.sum(), 1.0)
            squared = float((effective * _from_the_others(self.windows, self.ordered) ** 2).mean())
            return max(squared * 12 / math.pi**2, 1.0)
        used, asked = total > 0, rows > 0
        if np.count_nonzero(used) < 2:
            return 1.0
        expected = np.outer(rows[asked], total[used] / total.sum())
        statistic = ((self.windows[asked][:, used] - expected) ** 2 / expected).sum(axis=1)
        return max(float(statistic.mean()) / (np.count_nonzero(used) - 1), 1.0)


def unusual(
    windows: Sequence[Profile], current: Profile, together: tuple[Sequence[Together], float] | None = None
) -> dict[str, Unusual]:
    """How unusual each column of ``current`` is among ``windows``, by name of the column.

    ``together`` is how columns went together in each window, and the effect of that now; it is under
    ``TOGETHER``.

    All must be profiled like one reference; a column that some window lacks is left out. The p-values are
    those of a permutation of windows (max-T: Westfall & Young 1993): valid whatever the dependence of rows
    inside a window and of columns on each other, as long as windows could have come in any order. For that
    the current window is treated like any other: it is among the others that each is compared with.
    """
    aspects = {column.name: _aspects(windows, column) for column in current.columns}
    effects = {
        name: {key: aspect.design_effect() for key, aspect in found.items()}
        for name, found in aspects.items()
    }
    if together is not None:
        effects[TOGETHER] = {TOGETHER: _joint_design_effect(together[0])}
    if len(windows) < ENOUGH:
        return {name: Unusual({}, found, windows=len(windows)) for name, found in effects.items()}
    scores = {
        (name, key): _scores(aspect, _LEAST_SPREAD[key])
        for name, found in aspects.items()
        for key, aspect in found.items()
    }
    if together is not None:
        scores[TOGETHER, TOGETHER] = _joint_scores(*together)
    highest = np.max([found[:-1] for found in scores.values()], axis=0) if scores else np.zeros(len(windows))
    p_values: dict[str, dict[str, float]] = {name: {} for name in effects}
    for (name, key), found in scores.items():
        p_values[name][key] = float(1 + np.count_nonzero(highest >= found[-1])) / (len(windows) + 1)
    farthest = float(highest.max(initial=0.0)) + _CLEARLY
    beyond = {name for (name, _), found in scores.items() if found[-1] >= farthest}
    return {name: Unusual(p_values[name], effects[name], name in beyond) for name in effects}


def _aspects(windows: Sequence[Profile], current: ColumnProfile) -> dict[str, _Aspect]:
    """What can change in a column: its values, how many it misses, how many lie outside the reference."""
    earlier = [column for profile in windows if (column := profile.column(current.name)) is not None]
    if len(earlier) < len(windows) or not earlier:
        return {}
    found = {"missing": _aspect([_missing(c) for c in earlier], _missing(current), ordered=False)}
    if Kind.of(current.type) is Kind.OTHER:
        return found
    ordered = Kind.of(current.type) is Kind.NUMERIC
    cells = [_cells(column, ordered) for column in [*earlier, current]]
    width = max(map(len, cells))
    rows = [row or [0.0] * width for row in cells]  # a window without any number has no bins
    if width and all(len(row) == width for row in rows):
        found["values"] = _aspect(rows[:-1], rows[-1], ordered=ordered)
        outer = [[row[0] + row[-1] if ordered else row[-1], sum(row)] for row in rows]
        outside = [[out, total - out] for out, total in outer]
        found["outside"] = _aspect(outside[:-1], outside[-1], ordered=False)
    return found


def _aspect(windows: Sequence[Sequence[float]], current: Sequence[float], *, ordered: bool) -> _Aspect:
    return _Aspect(np.array(windows, dtype=np.float64), np.array(current, dtype=np.float64), ordered)


def _missing(column: ColumnProfile) -> list[float]:
    return [column.rows - column.finite, column.finite]


def _cells(column: ColumnProfile, ordered: bool) -> list[float]:
    """Counts on the reference's bins or values; the first and last bin, or the last value, lie outside."""
    if not ordered:
        return [*(rows for _, rows in column.frequent.values), column.frequent.other]
    return [] if column.histogram is None else [
        column.histogram.below, *column.histogram.counts, column.histogram.above
    ]  # fmt: skip


def _from_the_others(windows: Floats, ordered: bool) -> Floats:
    """Distance of each window from the sum of all others, shape (n_windows,)."""
    return _apart(windows.sum(axis=0) - windows, windows, ordered)


def _apart(others: Floats, ones: Floats, ordered: bool) -> Floats:
    """Kolmogorov-Smirnov distance of ordered cells, else total variation, row by row; 0 without any rows."""
    gaps = _shares(ones) - _shares(others)
    sizes = np.abs(np.cumsum(gaps, axis=1)).max(axis=1) if ordered else np.abs(gaps).sum(axis=1) / 2
    empty = (ones.sum(axis=1) == 0) | (others.sum(axis=1) == 0)
    return np.asarray(np.where(empty, 0.0, sizes))


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0))


def _scores(aspect: _Aspect, least_spread: float) -> Floats:
    """Distances as standard deviations above their median, on a scale of logarithms; the current one last."""
    rows = np.append(aspect.windows.sum(axis=1), aspect.current.sum())
    least = _HANDFUL / max(float(np.median(rows)), _HANDFUL)
    return _standardised(np.maximum(aspect.distances(), least), least_spread)


def _joint_scores(windows: Sequence[Together], effect: float) -> Floats:
    effects = np.maximum([*(window.effect for window in windows), effect], _LEAST_EFFECT)
    return _standardised(effects, _LEAST_SPREAD["together"])


def _joint_design_effect(windows: Sequence[Together]) -> float:
    """The mean square of the deviations that the windows' p-values stand for, 1 for lone rows."""
    return max(float(np.mean([chdtri(1, max(seen.told_apart.p_value, 1e-300)) for seen in windows])), 1.0)


def _standardised(distances: Floats, least_spread: float) -> Floats:
    logs = np.log(distances)
    above = logs - np.median(logs)
    return np.asarray(above / max(1.4826 * float(np.median(np.abs(above))), least_spread))
