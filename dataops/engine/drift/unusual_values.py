"""Unusual values: more rows than before hold a number that hardly any row of the reference holds."""

from dataops.engine.drift.cells import Cells, category_cells
from dataops.engine.drift.exact import fisher, two_proportions
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

EXACT_BELOW = 30


def unusual_p_value(unusual_reference: int, reference: int, unusual_current: int, current: int) -> float:
    """One-sided p-value that unusual values became no more frequent; 1 when they did not.

    Half that of the two-sided z-test, or the whole of Fisher's exact one where fewer than 30 rows are
    unusual: its two sides are not alike.

    >>> unusual_p_value(100, 1000, 8, 100), unusual_p_value(0, 1000, 0, 100)
    (1.0, 1.0)
    """
    if unusual_current * reference <= unusual_reference * current:
        return 1.0
    few = unusual_reference + unusual_current < EXACT_BELOW
    return (1.0 if few else 0.5) * (fisher if few else two_proportions)(
        unusual_reference, reference, unusual_current, current
    )


class UnusualValues:
    """Growth of the share of rows whose number is none of those that the reference holds often.

    Numbers that repeat, such as distances between places, prices, codes, are few; in another unit, or scaled,
    they become others, wherever these lie. The statistic is the change of the share, -1..1, the effect its
    growth. A number counts as usual when both sides together hold more of it than of any not listed, so that
    the choice favours neither. Says nothing of a reference without such numbers, or with all of its numbers
    listed: new ones are new categories then. Not symmetric. Source: Fisher 1935.
    """

    key = "unusual_values"
    label = "Unusual values"
    kinds = frozenset({Kind.NUMERIC})
    is_test = True
    floor = 0.03

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = _usual_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        (before, rows_before), (after, rows_after) = ((int(side[-1]), int(side.sum())) for side in cells)
        change = after / rows_after - before / rows_before
        p_value = unusual_p_value(before, rows_before, after, rows_after)
        return DriftMeasure(change, p_value, max(change, 0.0))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        cells = _usual_cells(reference, current)
        if cells is None:
            return "no usual values"
        before, after = (float(side[-1] / side.sum()) for side in cells)
        return f"values that are rare in the reference from {percent(before)} to {percent(after)} of rows"


def _usual_cells(reference: ColumnProfile, current: ColumnProfile) -> Cells | None:
    """Counts of each usual value and, last, of all others; None where there are no two such cells."""
    if reference.type != current.type or reference.frequent.complete:
        return None
    cells = category_cells(reference, current)
    return cells if cells is not None and len(cells[0]) > 1 else None
