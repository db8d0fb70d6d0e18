"""New category: values that the reference never held."""

from dataops.engine.drift.cells import Unseen, unseen_values
from dataops.engine.drift.exact import at_least
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure


def new_category_p_value(
    rows: int, reference: int, current: int, *, values: int = 1, most_reference_rows: int = 0
) -> float:
    """Bound on the chance that some value has ``rows`` rows, all of them in the current window.

    For one value with c rows in all, luck puts each of them into the current window with chance
    C(n, c) / C(n + N, c), n ``current`` and N ``reference`` rows; ``values``, the number of different
    values, is the factor for having looked at all of them. Valid for any size. A reference that does
    not list every value may hold an unlisted one up to ``most_reference_rows`` times: then it is the chance
    of c or more out of c plus that many.

    >>> round(new_category_p_value(3, 1000, 100, values=20), 4)
    0.0146
    """
    return min(at_least(rows, reference, current, rows + most_reference_rows) * values, 1.0)


class NewCategory:
    """Share of current rows in the value that stands out most among those the reference never held.

    The statistic is that share, 0..1; the effect is the same less the share that the value may have had
    unlisted in the reference (0 when the reference lists all its values). Numbers are looked
    at when the reference lists every one of them, as for codes and counts. Not symmetric.
    Source: union bound over the hypergeometric law.
    """

    key = "new_category"
    label = "New categories"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = True
    floor = 0.001

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        before, after = reference.frequent.total, current.frequent.total
        if not before or not after or not _comparable(reference, current):
            return NOTHING_MEASURED
        unseen = most_surprising(reference, current)
        if unseen is None:
            return DriftMeasure(statistic=0.0, p_value=1.0, effect=0.0)
        share = unseen.rows / after
        effect = max(share - unseen.most_reference_rows / before, 0.0)
        return DriftMeasure(share, _p_value(unseen, reference, current), effect)

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        unseen = most_surprising(reference, current)
        if unseen is None:
            return "no new values"
        known = "not seen" if reference.frequent.complete else "not among the usual"
        return f"value {unseen.value!r}, {known} in the reference, in {percent(measured.statistic)} of rows"


def most_surprising(reference: ColumnProfile, current: ColumnProfile) -> Unseen | None:
    """The value that the reference explains least, None when it has them all."""
    # Of values with the same bound the commonest is the least likely: one of each kind is enough.
    commonest = {unseen.most_reference_rows: unseen for unseen in reversed(unseen_values(reference, current))}
    return min(commonest.values(), key=lambda unseen: _p_value(unseen, reference, current), default=None)


def _p_value(unseen: Unseen, reference: ColumnProfile, current: ColumnProfile) -> float:
    return new_category_p_value(
        unseen.rows,
        reference.frequent.total,
        current.frequent.total,
        values=reference.distinct + current.frequent.new_values,
        most_reference_rows=unseen.most_reference_rows,
    )


def _comparable(reference: ColumnProfile, current: ColumnProfile) -> bool:
    if Kind.of(reference.type) is Kind.CATEGORICAL:
        return True
    # 1 and 1.0 are the same number but not the same text.
    return reference.type == current.type and reference.frequent.complete
