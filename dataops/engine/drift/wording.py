"""Numbers as they are read in a sentence."""

from collections.abc import Sequence


def percent(share: float) -> str:
    """
    >>> percent(0.5), percent(0.0014), percent(0.00004)
    ('50.0 %', '0.14 %', '0.004 %')
    """
    size = abs(share)
    return f"{share:.1%}".replace("%", " %") if size >= 0.01 or not size else f"{share * 100:.2g} %"


def number(value: float) -> str:
    """
    >>> number(1234567), number(0.051234), number(336776.5), number(999.6)
    ('1,234,567', '0.0512', '336,776', '1,000')
    """
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def counted(count: int, noun: str) -> str:
    """
    >>> counted(1, "feature"), counted(2000, "row")
    ('1 feature', '2,000 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], most: int = 3) -> str:
    """
    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ("'a' and 'b'", "'a', 'b', 'c' and 2 more")
    """
    shown = [repr(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
