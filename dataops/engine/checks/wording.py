"""Numbers in the sentences of checks."""

from collections.abc import Sequence
from textwrap import shorten


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


def some(values: Sequence[str], most: int = 5) -> str:
    """
    >>> some(["a", "b"]), some("abcdefg")
    ("'a', 'b'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    more = f" and {len(values) - most:,} more" if len(values) > most else ""
    return ", ".join(repr(value) for value in values[:most]) + more


def brief(condition: str) -> str:
    """What a condition begins with; the rule itself tells all of it.

    >>> brief("a <= b"), len(brief("a <= b AND " * 20))
    ('a <= b', 100)
    """
    return shorten(condition, 100, placeholder=" …")


def number(value: float) -> str:
    """
    >>> number(1234567), number(0.123456), number(2.0)
    ('1,234,567', '0.1235', '2')
    """
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.4g}"


def band(low: float | None, high: float | None) -> str:
    """
    >>> band(1, None), band(None, 2.5), band(0, 1000), band(5, 5)
    ('at least 1', 'at most 2.5', '0 to 1,000', '5')
    """
    if low == high and low is not None:
        return number(low)
    if low is None or high is None:
        return f"at least {number(low)}" if low is not None else f"at most {number(high or 0)}"
    return f"{number(low)} to {number(high)}"
