"""Words for predictions, latencies and metrics that only the models room needs."""

from collections.abc import Mapping
from typing import Any

from django import template

from dataops.web.templatetags.ui import NARROW, NOTHING, compact

register = template.Library()


@register.filter
def latency(seconds: float | None) -> str:
    """Milliseconds up to a second: 0.0064 -> 6.4 ms.

    >>> latency(0.0064).replace(NARROW, " "), latency(2.5).replace(NARROW, " ")
    ('6.4 ms', '2.5 s')
    """
    if seconds is None:
        return NOTHING
    return f"{seconds:.1f}{NARROW}s" if seconds >= 1 else f"{seconds * 1000:.3g}{NARROW}ms"


@register.filter
def entry(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value under a key; None where there is none."""
    return (mapping or {}).get(key)


@register.filter
def value(found: Any) -> str:
    """A feature, prediction or truth: numbers in four digits, texts as they are.

    >>> value(12.34567), value("delayed"), value(True), value(None)
    ('12.35', 'delayed', 'true', '–')
    """
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, int | float):
        return compact(found)
    return NOTHING if found is None else str(found)
