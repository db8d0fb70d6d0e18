"""What probably happened to a column: a cause is named only when undoing it makes the drift vanish."""

from collections.abc import Iterator, Sequence

from dataops.engine.drift.apart import LEAST_SHARE, LEFT, Cause, chance, distance
from dataops.engine.drift.cells import unseen_values
from dataops.engine.drift.clock import clock_moved
from dataops.engine.drift.counts import total_variation, total_variation_noise
from dataops.engine.drift.cutting import cut_off
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.places import misplaced
from dataops.engine.drift.report import FeatureDrift
from dataops.engine.drift.rescaling import filled, rescaled
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile, Profile

__all__ = ["Cause", "likely_causes"]

_MISSING_FLOOD = 0.05


def likely_causes(
    reference: Profile, current: Profile, drifted: Sequence[FeatureDrift], distinct: Profile | None = None
) -> dict[str, Cause]:
    """The likely cause of each drifted column that has one, by name of the column.

    Values of several columns in each other's place; then of each column values lost, one filled in, the clock
    of another time zone, a part of the rows not loaded, all or some numbers in another unit or with another
    sign, the same values spelled differently; and rows sent twice, where ``distinct`` is a profile of the
    current window without repeats.
    """
    found = misplaced(reference, current, [feature.name for feature in drifted])
    for feature in drifted:
        before, after = reference.column(feature.name), current.column(feature.name)
        if feature.name in found or before is None or after is None:
            continue
        once = distinct.column(feature.name) if distinct else None
        cause = next(_causes(before, after), None) or _repeated(before, after, once)
        if cause is not None:
            found[feature.name] = cause
    return found


def _causes(before: ColumnProfile, after: ColumnProfile) -> Iterator[Cause]:
    of_kind = {
        Kind.NUMERIC: (filled, clock_moved, cut_off, rescaled),
        Kind.CATEGORICAL: (_respelled, cut_off),
    }
    for candidate in (_lost, *of_kind.get(Kind.of(before.type), ())):
        if (cause := candidate(before, after)) is not None:
            yield cause


def _repeated(before: ColumnProfile, after: ColumnProfile, once: ColumnProfile | None) -> Cause | None:
    """Each different row taken once, the column looks as ever."""
    if once is None or distance(before, once) > min(LEFT * distance(before, after), chance(before, once)):
        return None
    share = 1 - once.rows / after.rows
    said = f"{percent(share)} of rows repeat others, as if sent twice; without these it looks as before"
    return Cause("repeated", said, share)


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
