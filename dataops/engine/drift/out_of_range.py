"""Out of range: numbers below the smallest or above the largest of the reference."""

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.exact import at_least
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind
from dataops.engine.drift.wording import number, percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure


def out_of_range_p_value(
    below: int, above: int, reference: int, current: int, *, known: tuple[int, int] = (0, 0)
) -> float:
    """Bound on the chance of this many current rows beyond an end of the reference.

    ``below`` of ``current`` rows lie under all ``reference`` rows, ``above`` over them. That the c lowest of
    all rows are all current has chance C(n, c) / C(n + N, c), whatever the distribution; two
    ends make the factor 2. ``known`` of the reference's rows lie there too, where it was counted on the range
    of another: then it is the chance of c or more out of c plus these.

    >>> round(out_of_range_p_value(0, 3, 1000, 100), 5)
    0.00146
    """
    ends = zip((below, above), known, strict=True)
    return min(2 * min(at_least(rows, reference, current, rows + held) for rows, held in ends), 1.0)


class OutOfRange:
    """Share of current rows outside the reference's smallest and largest value.

    The statistic is that share, 0..1; the effect is the same less 2 / (N + 1), the share that
    N reference rows leave outside by chance, and less what lay there before, of a reference that was counted
    on the range of another. Not symmetric.
    Source: exchangeability of the rows; Wilks 1941.
    """

    key = "out_of_range"
    label = "Out of range"
    kinds = frozenset({Kind.NUMERIC})
    is_test = True
    floor = 0.0005

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        before, after = int(cells[0].sum()), int(cells[1].sum())
        below, above = int(cells[1][0]), int(cells[1][-1])
        known = int(cells[0][0]), int(cells[0][-1])
        share = (below + above) / after
        p_value = out_of_range_p_value(below, above, before, after, known=known)
        usual = (sum(known) + 2) / (before + 1)
        return DriftMeasure(share, p_value, max(share - usual, 0.0))

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        said = f"{percent(measured.statistic)} of rows outside the reference's range"
        if reference.histogram:
            low, high = reference.histogram.edges[0], reference.histogram.edges[-1]
            said += f" {number(low)} to {number(high)}"
        return said
