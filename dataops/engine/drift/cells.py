"""The same cells for both sides: how two profiles of a column become counts that can be compared."""

from dataclasses import dataclass

import numpy as np

from dataops.engine.drift.counts import Counts, grouped, quantile_groups
from dataops.engine.drift.measure import Kind
from dataops.engine.errors import InspectionError
from dataops.engine.profile import ColumnProfile, Frequent

Cells = tuple[Counts, Counts]

ROWS_PER_PART = 25


def histogram_cells(reference: ColumnProfile, current: ColumnProfile) -> Cells | None:
    """Counts below, in each bin of, and above the reference's histogram, shape (n_bins + 2,) a side.

    None when a side has no finite numbers.
    """
    before, after = reference.histogram, current.histogram
    if before is None or after is None or not before.total or not after.total:
        return None
    if before.edges != after.edges:
        raise _not_comparable(reference)
    return (
        np.array([before.below, *before.counts, before.above], dtype=np.float64),
        np.array([after.below, *after.counts, after.above], dtype=np.float64),
    )


def category_cells(reference: ColumnProfile, current: ColumnProfile) -> Cells | None:
    """Counts per category and, last, of all other values together; None when a side has no values.

    A reference with many values keeps its most frequent. Taken as they are, these would look rarer
    in any other sample: part of what made them frequent was luck. So a category gets a cell only when both
    sides together hold more of it than they can hold of any value not kept, which is a choice
    that favours neither side.
    """
    before, after = reference.frequent, current.frequent
    if not before.total or not after.total:
        return None
    held, seen = dict(before.values), _seen(reference, current)
    names = list(held)
    if before.complete:
        names += [value for value in seen if value not in held]
        hidden = after.new[-1][1] if after.new_values > len(after.new) else 0
    else:
        hidden = most_outside(before) + max(
            (rows for value, rows in seen.items() if value not in held), default=0
        )
    names = [name for name in names if held.get(name, 0) + seen.get(name, 0) > hidden]
    return _with_rest(names, held, before.total), _with_rest(names, seen, after.total)


def comparable_cells(reference: ColumnProfile, current: ColumnProfile, groups: int) -> Cells | None:
    """Counts in ``groups`` equal parts of a numeric reference, or per category.

    A small reference is cut into fewer parts, of 25 rows or more: the cuts are as uncertain as the
    rows they are made from, and on parts of six rows the chi-squared law alarms thrice too often.
    Numbers outside the reference's range count in the part at that end: the range itself is an
    extreme of the sample, so beyond it even samples of one population differ.
    """
    if Kind.of(reference.type) is Kind.CATEGORICAL:
        return category_cells(reference, current)
    cells = histogram_cells(reference, current)
    if cells is None:
        return None
    parts = quantile_groups(cells[0], max(min(groups, int(cells[0].sum()) // ROWS_PER_PART), 2))
    return grouped(cells[0], parts), grouped(cells[1], parts)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A value found in the current window that the reference does not list.

    ``most_reference_rows`` is how often the reference may hold it all the same, among its values not kept.
    """

    value: str
    rows: int
    most_reference_rows: int


def unseen_values(reference: ColumnProfile, current: ColumnProfile) -> list[Unseen]:
    """Values of the current window that the reference holds not at all or does not list, commonest first."""
    held, most = dict(reference.frequent.values), most_outside(reference.frequent)
    found = [
        Unseen(value, rows, 0 if value in held else most)
        for value, rows in _seen(reference, current).items()
        if rows and not held.get(value)
    ]
    return sorted(found, key=lambda unseen: -unseen.rows)


def most_outside(frequent: Frequent) -> int:
    """Most rows that any value outside ``frequent.values`` can have."""
    if frequent.complete:
        return 0
    return (frequent.new[0][1] if frequent.new else frequent.values[-1][1]) + frequent.error


def _seen(reference: ColumnProfile, current: ColumnProfile) -> dict[str, int]:
    """Rows of the current window by value: all that the reference lists and the commonest others."""
    seen = {**dict(current.frequent.values), **dict(current.frequent.new)}
    counted_alike = current.frequent.complete or all(value in seen for value, _ in reference.frequent.values)
    if not counted_alike:
        raise _not_comparable(reference)
    return seen


def _with_rest(names: list[str], rows: dict[str, int], total: int) -> Counts:
    listed = [rows.get(name, 0) for name in names]
    return np.array([*listed, total - sum(listed)], dtype=np.float64)


def _not_comparable(column: ColumnProfile) -> InspectionError:
    return InspectionError(
        f"column {column.name!r}: the two profiles were counted on different bins or categories; "
        "profile the current window like the reference",
        code="not_comparable",
        location=f"column {column.name}",
    )
