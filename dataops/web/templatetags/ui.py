"""Template vocabulary of every page: numbers with units, times, icons, sparklines, charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.core.files.storage import Storage, storages
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format, get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext_lazy

from dataops.engine.units import FRACTION, unit_of
from dataops.web.controls import control, is_checkbox
from dataops.web.declared import Setting
from dataops.web.explanations import explanation, of_metric
from dataops.web.looks import look, score_look, state_look

if TYPE_CHECKING:
    from dataops.web.charts import ChartData

register = template.Library()

NOTHING = "–"
NARROW = "\u202f"  # no-break, so that a number and its unit never part at a line end


# Numbers ---------------------------------------------------------------------------------------


def _written(text: str) -> str:
    """A number as the language writes it, thousands apart by narrow spaces: -1,234.5 -> −1 234.5."""
    mark = get_format("DECIMAL_SEPARATOR")
    return text.replace(",", NARROW).replace(".", mark).replace("-", "−")


def _as_number(value: Any) -> float | None:
    """The finite number in ``value``, or None: a page shows a dash rather than an error."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


@register.filter
def number(value: Any) -> str:
    """Thousands apart by narrow spaces: 336776 -> 336 776."""
    found = _as_number(value)
    if found is None:
        return NOTHING
    text = f"{found:,.0f}" if found == int(found) else f"{found:,.2f}".rstrip("0").rstrip(".")
    return _written(text)


@register.filter
def decimal(value: Any, places: int = 3) -> str:
    """A fixed number of decimals, so that columns line up."""
    found = _as_number(value)
    return NOTHING if found is None else _written(f"{found:,.{places}f}")


@register.filter
def score(value: Any, places: int = 3) -> str:
    """A score of 0 to 1; 1.000 is flawless, so whatever is less is shown as less: 0.99996 -> 0.999."""
    found = _as_number(value)
    if found is not None and found < 1:
        found = min(found, 1 - 10**-places)
    return decimal(found, places)


@register.filter
def hundredths(value: Any) -> str:
    """A score of 0 to 1 where there is room for two digits; 100 is flawless: 0.996 -> 99."""
    found = _as_number(value)
    return NOTHING if found is None else str(int(found * 100 + 1e-9))


@register.filter
def points(value: Any, places: int = 3) -> str:
    """Points of a score that are lost; what is lost is never shown as nothing: 0.0004 -> < 0.001."""
    found, least = _as_number(value), 10**-places
    if found is not None and 0 < found < least / 2:
        return f"<{NARROW}{decimal(least, places)}"
    return decimal(found, places)


@register.filter
def percent(fraction: Any, places: int = 1) -> str:
    """0.1234 -> 12.3 %. Never rounds something to 0 % nor anything less than all to 100 %."""
    found = _as_number(fraction)
    if found is None:
        return NOTHING
    step = 10**-places
    if 0 < found * 100 < step / 2:
        return f"<{NARROW}{decimal(step, places)}{NARROW}%"
    if 100 - step / 2 <= found * 100 < 100:
        return f">{NARROW}{decimal(100 - step, places)}{NARROW}%"
    return f"{decimal(found * 100, places)}{NARROW}%"


@register.filter
def compact(value: Any) -> str:
    """Four significant digits, whole numbers and thousands in full: what a cell of a table has room for."""
    found = _as_number(value)
    if found is None or abs(found) >= 1000 or found == int(found):
        return number(found if found is None else round(found))
    return _written(f"{found:.4g}")


@register.filter
def measured(value: Any, unit: str) -> str:
    """A number with its unit as the engine names it: 0.05 of "fraction" -> 5 %, 24 of "hours" -> 24 hours."""
    number_found = _as_number(value)
    if number_found is None:
        return NOTHING
    if unit == FRACTION:
        return f"{compact(100 * number_found)}{NARROW}%"
    counted_in = gettext(unit_of(number_found, unit)) if unit else ""
    return f"{compact(number_found)}{NARROW}{counted_in}".rstrip(NARROW)


@register.filter
def found(value: Any) -> str:
    """A number found in data, as ``compact``; four digits stay together, as they may be a year: 2013."""
    text = compact(value)
    return text.replace(NARROW, "") if len(text.lstrip("−")) == len("2 013") else text


@register.filter
def number_or_text(value: Any) -> str:
    """A number as ``compact`` has it, a text as it is, a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    return value if isinstance(value, str) else compact(value)


@register.filter
def filesize_short(count: Any) -> str:
    """Bytes in decimal units: 31156000 -> 31.2 MB."""
    size = _as_number(count)
    if size is None:
        return NOTHING
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            places = 0 if unit == "B" or size >= 99.95 else 1
            return f"{decimal(size, places)}{NARROW}{unit}"
        size /= 1000
    return f"{decimal(size, 1)}{NARROW}TB"


@register.filter
def duration(seconds: Any) -> str:
    """The two largest units: 0.42 -> 0.4 s, 75 -> 1 min 15 s, 90000 -> 1 d 1 h."""
    total = _as_number(seconds)
    if total is None:
        return NOTHING
    if total < 9.95:
        return f"{decimal(total, 1)}{NARROW}s"
    rest = round(total)
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count}{NARROW}{unit}" if count else "")
    return " ".join(part for part in parts[:2] if part)


# Time ------------------------------------------------------------------------------------------


# Seconds of a unit, and how a number of them is told of the past and of what is to come.
DISTANCES = (
    (31_536_000, ngettext_lazy("%d year ago", "%d years ago"), ngettext_lazy("in %d year", "in %d years")),
    (2_592_000, ngettext_lazy("%d month ago", "%d months ago"), ngettext_lazy("in %d month", "in %d months")),
    (86_400, ngettext_lazy("%d day ago", "%d days ago"), ngettext_lazy("in %d day", "in %d days")),
    (3_600, ngettext_lazy("%d hour ago", "%d hours ago"), ngettext_lazy("in %d hour", "in %d hours")),
    (60, ngettext_lazy("%d minute ago", "%d minutes ago"), ngettext_lazy("in %d minute", "in %d minutes")),
)


def relative(moment: datetime, now: datetime) -> str:
    """Plain words for a distance in time; the coarsest unit that is still at least one."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 45:
        return gettext("just now") if seconds >= 0 else gettext("in a moment")
    for size, ago, ahead in DISTANCES:
        count = round(abs(seconds) / size)
        if abs(seconds) >= size * 0.75 and count:
            words: str = (ago if seconds > 0 else ahead) % count
            return words
    return gettext("just now")


@register.simple_tag
def time(moment: datetime | None, empty: str = "") -> SafeString:
    """``<time>`` with the distance as text and the exact moment by the reader's clock as title.

    Who chose no time zone is told UTC, and the clock of the browser once scripts run.
    """
    if moment is None:
        return format_html('<span class="muted">{}</span>', empty or gettext("never"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        exactly(timezone.localtime(moment)),
        relative(moment, timezone.now()),
    )


def exactly(moment: datetime) -> str:
    """To the second, by the clock the moment is in: 23 Nov 2026 12:05:00 UTC."""
    return f"{moment:%d} {str(MONTHS_3[moment.month]).title()} {moment:%Y %H:%M:%S %Z}"


# Drawings --------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite; decorative unless ``label`` gives it a name."""
    return _icon(name, str(label), storages["staticfiles"])


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, storage: Storage) -> SafeString:
    """Written once: a list has hundreds of icons."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', role, storage.url("icons.svg"), name)


SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 120, 28, 3


@register.simple_tag
def sparkline(
    values: Sequence[float | None],
    low: float | None = None,
    high: float | None = None,
    threshold: float | None = None,
    label: str = "",
) -> SafeString:
    """A small line drawn on the server, oldest value first; None leaves a gap."""
    known = [v for v in values if v is not None]
    if not known:
        return format_html('<span class="muted">{}</span>', NOTHING)
    bottom, top = min(known) if low is None else low, max(known) if high is None else high
    step = (SPARK_WIDTH - 2 * SPARK_PAD) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return SPARK_HEIGHT - SPARK_PAD - min(max(share, 0), 1) * (SPARK_HEIGHT - 2 * SPARK_PAD)

    points = [None if v is None else (SPARK_PAD + i * step, y(v)) for i, v in enumerate(values)]
    last = next(p for p in reversed(points) if p)
    limit = SafeString("")
    if threshold is not None:
        limit = format_html('<line x1="0" x2="{}" y1="{y}" y2="{y}"/>', SPARK_WIDTH, y=f"{y(threshold):.1f}")
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}<path d="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        label or gettext("%(count)d values, last %(last).3g") % {"count": len(known), "last": known[-1]},
        limit,
        _path(points),
        *(f"{c:.1f}" for c in last),
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """SVG path that lifts the pen at every gap; a lone point becomes a dot of no length."""
    drawing, pen_down = [], False
    for i, point in enumerate(points):
        if point:
            drawing.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
            alone = not pen_down and (i + 1 == len(points) or points[i + 1] is None)
            drawing += ["h0"] if alone else []
        pen_down = point is not None
    return "".join(drawing)


@register.inclusion_tag("components/_chart.html")
def chart(id: str, data: ChartData, label: str) -> dict[str, Any]:
    """A canvas for charts.js, its data, and the same numbers as a table; ``label`` says what it shows."""
    told: dict[int, list[str]] = {}
    for mark in data["marks"]:
        told.setdefault(mark["at"], []).extend(mark["told"])
    columns = zip(*(series["values"] for series in data["series"]), strict=True)
    links = data["links"] or [None] * len(data["labels"])
    return {
        "id": id,
        "data_id": f"{id}-data",
        "data": data,
        "label": label,
        "names": [series["name"] for series in data["series"]],
        "rows": [
            {"label": _shown(label), "url": url, "values": values, "told": told.get(at, [])}
            for at, (label, url, values) in enumerate(zip(data["labels"], links, columns, strict=True))
        ],
        "has_marks": bool(told),
    }


def _shown(label: str | float) -> str:
    """A moment or a day in words, by the reader's clock; anything else as it is."""
    if not isinstance(label, str):
        return compact(label)
    try:
        moment = datetime.fromisoformat(label)
    except ValueError:
        return label
    if "T" not in label:
        return date_format(moment, "DATE_FORMAT")
    return date_format(timezone.localtime(moment) if moment.tzinfo else moment, "DATETIME_FORMAT")


@register.inclusion_tag("components/_explain.html")
def explain(key: str) -> dict[str, Any]:
    """A question mark that tells what a number means; ``key`` is that of an explanation."""
    return {"what": explanation(key)}


@register.inclusion_tag("components/_explain.html")
def explain_metric(name: str) -> dict[str, Any]:
    """The same of a metric of models; nothing where whoever brought it along explains it elsewhere."""
    key = of_metric(name)
    return {"what": explanation(key) if key else None}


# States and other words of the house -------------------------------------------------------------


@register.filter
def said(word: Any) -> str:
    """A word of the product's own, such as the name of a check, in the reader's language."""
    return gettext(str(word)) if word else ""


@register.simple_tag
def state_pill(state: Any, severity: str = "") -> SafeString:
    """Icon and word of a state of the house in its tone; drift is as loud as its ``severity``."""
    return _pill(str(state or "unknown"), str(severity or ""), get_language(), storages["staticfiles"])


@lru_cache(maxsize=1024)
def _pill(state: str, severity: str, language: str | None, storage: Storage) -> SafeString:
    """Written once a language: a list has two in every row."""
    shown = state_look(state, severity)
    drawing = _icon(shown.icon, "", storage)
    return format_html('<span class="pill pill-{}">{}{}</span>', shown.tone, drawing, shown.word)


@register.filter
def as_set(value: Any, setting: Setting) -> str:
    """A value of a setting in words, or with its unit: None of days -> "for ever", 90 -> 90 days."""
    words = setting.in_words(value)
    return measured(words, setting.unit) if isinstance(words, int | float) else gettext(str(words))


@register.filter
def code_marks(text: str) -> SafeString:
    """Prose with `code` in backticks: each of them becomes an element, everything else is escaped."""
    parts = enumerate(str(text).split("`"))
    marked = ((format_html("<code>{}</code>" if at % 2 else "{}", part),) for at, part in parts)
    return format_html_join("", "{}", marked)


register.filter(look)
register.simple_tag(score_look)


# Forms and pages -------------------------------------------------------------------------------


register.filter(control)
register.filter(is_checkbox)


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> str:
    """Repeat a block, so that a page's heading and its title are one text."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


@register.simple_tag
def initials(name: str) -> str:
    """Up to two letters for an avatar: "Ada Lovelace" -> AL, "admin" -> a."""
    return "".join(word[0] for word in name.split()[:2])
