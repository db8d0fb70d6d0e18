"""What probably happened to a column: a cause is named only when undoing it makes the drift vanish."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from dataops.engine.drift.apart import LEAST_SHARE, Cause, chance, distance
from dataops.engine.drift.cells import unseen_values
from dataops.engine.drift.counts import total_variation, total_variation_noise
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.report import FeatureDrift
from dataops.engine.drift.rescaling import filled, rescaled
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile, Profile

__all__ = ["Cause", "likely_causes"]

_MISSING_FLOOD = 0.05


def likely_causes(reference: Profile, current: Profile, drifted: Sequence[FeatureDrift]) -> dict[str, Cause]:
    """The likely cause of each drifted column that has one, by name of the column.

    Tried on each: values lost, all or some numbers in another unit or with another sign, one value filled in,
    the same values spelled differently; and two columns that changed places.
    """
    found: dict[str, Cause] = {}
    for feature in drifted:
        before, after = reference.column(feature.name), current.column(feature.name)
        if before is not None and after is not None:
            cause = _swapped(before, after, reference, current, drifted) or next(_causes(before, after), None)
            if cause is not None:
                found[feature.name] = cause
    return found


def _causes(before: ColumnProfile, after: ColumnProfile) -> Iterator[Cause]:
    of_kind = {Kind.NUMERIC: (filled, rescaled), Kind.CATEGORICAL: (_respelled,)}
    for candidate in (_lost, *of_kind.get(Kind.of(before.type), ())):
        if (cause := candidate(before, after)) is not None:
            yield cause


def _lost(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """Rows without a usable value, while those that have one look as ever."""
    if not before.rows or not after.rows:
        return None
    rise = before.finite / before.rows - after.finite / after.rows
    if rise < _MISSING_FLOOD or (after.finite and distance(before, after) > chance(before, after)):
        return None
    return Cause("values_lost", f"{percent(rise)} of rows lost their value; the others look as before", rise)


def _respelled(before: ColumnProfile, after: ColumnProfile) -> Cause | None:
    """Values that differ from the old ones in case or spaces alone."""
    if not before.frequent.complete or not after.frequent.total:
        return None
    names = {_plainly(value): value for value, _ in before.frequent.values}
    new = {unseen.value: unseen.rows for unseen in unseen_values(before, after)}
    known = {value: rows for value, rows in new.items() if _plainly(value) in names}
    share = sum(known.values()) / after.frequent.total
    if share < LEAST_SHARE:
        return None
    counts = dict(after.frequent.values)
    for value, rows in known.items():
        counts[names[_plainly(value)]] = counts.get(names[_plainly(value)], 0) + rows
    old = [rows for _, rows in before.frequent.values]
    now = [counts.get(value, 0) for value, _ in before.frequent.values]
    if not sum(now) or total_variation(old, now) > 3 * total_variation_noise(old, now):
        return None
    first = max(known, key=lambda value: known[value])
    said = f"{percent(share)} of rows spell it differently, as {first!r} for {names[_plainly(first)]!r}"
    return Cause("spelling", said, share)


def _plainly(value: str) -> str:
    return " ".join(value.split()).casefold()


def _swapped(
    before: ColumnProfile,
    after: ColumnProfile,
    reference: Profile,
    current: Profile,
    drifted: Sequence[FeatureDrift],
) -> Cause | None:
    """Another drifted column now looks like this one did, and this one like that one did."""
    if before.quantiles is None or after.quantiles is None:
        return None
    for feature in drifted:
        other, now = reference.column(feature.name), current.column(feature.name)
        if other is None or now is None or other.name == before.name:
            continue
        if _alike(other, after) and _alike(before, now) and not _alike(before, other):
            return Cause("swapped", f"looks like {other.name!r} did before: the two changed places", 1.0)
    return None


def _alike(one: ColumnProfile, other: ColumnProfile) -> bool:
    """Whether the quantiles of two columns are about the same, on the scale of their own spread."""
    if one.quantiles is None or other.quantiles is None:
        return False
    at = np.linspace(0.05, 0.95, 19)
    first, second = (
        np.array([column.quantiles.at(q) for q in at]) for column in (one, other) if column.quantiles
    )
    spread = float(first[-1] - first[0])
    rows = min(one.finite, other.finite)
    return spread > 0 and float(np.abs(first - second).max()) / spread <= 4 / math.sqrt(rows) + 0.01
