"""Numbers and dates that programs write where there is no value: -1, 999, 1900-01-01."""

from __future__ import annotations

from dataops.engine.profile import ColumnProfile, Quantiles

# Below this many rows a coincidence is as likely.
ROWS_AT_LEAST = 3
DISTINCT_AT_LEAST = 10
# A stand-in stands out by how often it occurs.
TIMES_AS_FREQUENT = 2.0
YEAR_SECONDS = 365 * 86_400

_LOW = (-1.0, *(-float("9" * digits) for digits in range(1, 8)))
_HIGH = tuple(float("9" * digits) for digits in range(2, 11))
_DATES = ("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01")
_FAR_DATES = ("2099-12-31", "2999-12-31", "9999-01-01", "9999-12-31")


def stand_ins(column: ColumnProfile) -> tuple[tuple[str, int], ...]:
    """Values at an end of the column that look as if they meant none, as written, with their rows.

    One is told by all of this: it is one that programs are known to write, it occurs three times or
    more and twice as often as a value does on average, it is the smallest or largest of the column,
    and it lies apart: the one negative number, far out (k = 3), or a year before or after all others.
    """
    if column.quantiles is None or column.distinct < DISTINCT_AT_LEAST:
        return ()
    usual = TIMES_AS_FREQUENT * column.valid / column.distinct
    found = []
    for end, low in ((column.minimum, True), (column.maximum, False)):
        is_known = _is_known_date if column.type.is_temporal else _is_known_number
        if not is_known(end, low):
            continue
        label, rows = _occurrence(column, end)
        if rows >= max(ROWS_AT_LEAST, usual) and _lies_apart(column, rows, low):
            found.append((label, rows))
    return tuple(found)


def _is_known_number(end: object, low: bool) -> bool:
    return isinstance(end, int | float) and float(end) in (_LOW if low else _HIGH)


def _is_known_date(end: object, low: bool) -> bool:
    return str(end)[:10] in (_DATES if low else _FAR_DATES)


def _occurrence(column: ColumnProfile, end: object) -> tuple[str, int]:
    """The value as it is written, and its rows; none when it is not among the frequent ones."""
    for label, rows in column.frequent.values:
        if label == str(end) or (column.type.is_numeric and _number(label) == end):
            return label, rows
    return "", 0


def _number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None


def _lies_apart(column: ColumnProfile, rows: int, low: bool) -> bool:
    """Whether a gap lies between the value and its nearest neighbours, as far as the percentiles tell."""
    quantiles = column.quantiles
    if quantiles is None or rows * 2 > column.finite:
        return False
    end, next_to_it = _ends(quantiles, rows / column.finite, low)
    if column.type.is_temporal:
        return abs(next_to_it - end) > YEAR_SECONDS
    if low and end < 0 <= next_to_it:
        return True
    far = column.far_outliers
    return far is not None and not far.lower <= end <= far.upper


def _ends(quantiles: Quantiles, share: float, low: bool) -> tuple[float, float]:
    """The value at the end, and the first percentile beyond the ``share`` of rows that hold it."""
    levels, values = quantiles.levels, quantiles.values
    if low:
        return values[0], next(
            (v for level, v in zip(levels, values, strict=True) if level > share), values[-1]
        )
    inner = (v for level, v in zip(levels[::-1], values[::-1], strict=True) if 1 - level > share)
    return values[-1], next(inner, values[0])
