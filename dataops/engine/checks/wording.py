"""Numbers in the sentences of checks."""


def percent(fraction: float) -> str:
    """
    >>> percent(0.0245), percent(0.00004), percent(1)
    ('2.45 %', '<0.01 %', '100 %')
    """
    if 0 < fraction < 0.0001:
        return "<0.01 %"
    if 0.9999 < fraction < 1:
        return ">99.99 %"
    return f"{100 * fraction:.2f}".rstrip("0").rstrip(".") + " %"


def share(part: int, whole: int) -> str:
    """
    >>> share(1200, 60_000)
    '1,200 of 60,000 (2 %)'
    """
    return f"{part:,} of {whole:,} ({percent(part / whole if whole else 0.0)})"
