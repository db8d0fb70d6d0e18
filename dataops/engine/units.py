"""What numbers are counted in, and how they read."""

FRACTION = "fraction"
"""A share of a whole: stored and sent as 0..1, shown to people and entered by them as percent."""


def in_words(value: float, unit: str) -> str:
    """A number with its unit, to four digits.

    >>> in_words(0.05, FRACTION), in_words(0.25, ""), in_words(24.0, "hours"), in_words(123456.7, "rows")
    ('5 %', '0.25', '24 hours', '123457 rows')
    """
    if unit == FRACTION:
        return f"{_short(100 * value)} %"
    return f"{_short(value)} {unit_of(value, unit)}".rstrip()


def unit_of(value: float, unit: str) -> str:
    """The unit as it stands behind this number.

    >>> unit_of(1, "hours"), unit_of(2, "hours"), unit_of(1, "s")
    ('hour', 'hours', 's')
    """
    return unit[:-1] if value == 1 and len(unit) > 1 and unit.endswith("s") else unit


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
