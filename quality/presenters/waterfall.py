"""The waterfall of a score as nested bars, each with the score its mending would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dataops.engine.score import Step
from dataops.web.templatetags.ui import said
from dataops.web.words import lazy as _
from quality.models import CheckResult
from quality.selectors import ScoreDetail

SHOWN = (6, 12, 8)
"""Parts shown at each level: dimensions, columns of one, checks of one."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar; ``x`` and ``width`` are shares of the axis. ``toggle`` is a query for the what-if."""

    label: str
    points: float
    x: float
    width: float
    if_fixed: float | None
    toggle: str
    is_chosen: bool
    result: CheckResult | None
    parts: list[Fall]
    hidden: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Bars on an axis from ``low`` to 1, and the answer to the what-if if one was asked."""

    low: float
    falls: list[Fall]
    chosen: list[str]
    if_chosen: float | None


def draw_waterfall(detail: ScoreDetail, chosen: Sequence[str] = ()) -> Waterfall:
    """The steps of a run's score; ``chosen`` are parts as ``ScoreDetail.fixed`` takes them."""
    score = 1 - sum(step.points for step in detail.steps)
    low = max(0.0, math.floor(score * 10 - 1e-9) / 10)
    known = [part for part in dict.fromkeys(chosen) if _is_part(part)]
    falls = _falls(detail, detail.steps, 0, low, known)
    return Waterfall(
        low, falls, [_words(part, detail) for part in known], detail.fixed(known) if known else None
    )


def _falls(
    detail: ScoreDetail, steps: Sequence[Step], depth: int, low: float, chosen: Sequence[str]
) -> list[Fall]:
    shown = steps[: SHOWN[depth]] if steps else ()
    return [_fall(detail, step, depth, low, chosen) for step in shown]


def _fall(detail: ScoreDetail, step: Step, depth: int, low: float, chosen: Sequence[str]) -> Fall:
    result = detail.results[step.indexes[0]] if depth == 2 else None
    key = f"check:{result.pk}" if result else f"{('dimension', 'column')[depth]}:{step.name}"
    others = [part for part in chosen if part != key]
    axis = 1 - low
    return Fall(
        label=_label(result, step, depth),
        points=step.points,
        x=(step.end - low) / axis,
        width=step.points / axis,
        if_fixed=step.if_fixed,
        toggle=urlencode([("fix", part) for part in (others if key in chosen else [*others, key])]),
        is_chosen=key in chosen,
        result=result,
        parts=_falls(detail, step.parts, depth + 1, low, chosen),
        hidden=max(0, len(step.parts) - SHOWN[min(depth + 1, 2)]),
    )


def _label(result: CheckResult | None, step: Step, depth: int) -> str:
    if result:
        return said(result.label)
    return said(step.name.capitalize()) if depth == 0 else step.name or _("whole table")


def _is_part(part: str) -> bool:
    kind, colon, _name = part.partition(":")
    return bool(colon) and kind in ("dimension", "column", "check")


def _words(part: str, detail: ScoreDetail) -> str:
    kind, _colon, name = part.partition(":")
    if kind == "check":
        found = next((result for result in detail.results.values() if str(result.pk) == name), None)
        return (
            _("%(label)s of %(table)s")
            % {"label": said(found.label), "table": found.column or _("the table")}
            if found
            else part
        )
    return said(name) if kind == "dimension" else name or _("the whole table")
