"""Words for predictions, latencies and metrics that only the models room needs."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime

from dataops.web.templatetags.ui import NARROW, NOTHING, compact, decimal, number
from dataops.web.words import lazy as _
from models_registry.models import DriftRun

NO_BREAK = "\u00a0"

register = template.Library()


@register.filter
def latency(seconds: float | None) -> str:
    """Milliseconds up to a second: 0.0064 -> 6.4 ms.

    >>> latency(0.0064).replace(NARROW, " "), latency(2.5).replace(NARROW, " ")
    ('6.4 ms', '2.5 s')
    """
    if seconds is None:
        return NOTHING
    if seconds >= 1:
        return f"{decimal(seconds, 1)}{NARROW}s"
    return f"{compact(float(f'{seconds * 1000:.3g}'))}{NARROW}ms"


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


@register.filter
def window(run: DriftRun) -> str:
    """What a drift run was asked to look at: "1 Jul 2013 – 31 Jul 2013". It breaks after the dash alone."""
    if run.source_name:
        return _("newest data of %(source)s") % {"source": run.source_called}
    if run.last:
        return _("last %(count)s") % {"count": number(run.last)}
    start, end = (moment and localtime(moment) for moment in (run.window_from, run.window_to))
    if start is None or end is None:
        return _open_window(start, end)
    return f"{NO_BREAK}– ".join(said.replace(" ", NO_BREAK) for said in _ends(start, end))


def _open_window(start: datetime | None, end: datetime | None) -> str:
    if start:
        return _("from %(start)s") % {"start": date_format(start, "DATETIME_FORMAT")}
    return _("until before %(end)s") % {"end": date_format(end, "DATETIME_FORMAT")} if end else NOTHING


def _ends(start: datetime, end: datetime) -> list[str]:
    """Whole days without times, the last one included; the day of a short window once."""
    if start.time() == end.time() == time():
        first, last = (date_format(day, "DATE_FORMAT") for day in (start, end - timedelta(days=1)))
        return [first] if first == last else [first, last]
    short = "TIME_FORMAT" if start.date() == end.date() else "DATETIME_FORMAT"
    return [date_format(start, "DATETIME_FORMAT"), date_format(end, short)]
