"""What the numbers on the pages mean: one text each, for the page beside the number and for the list of all.

Drift methods and checks explain themselves in the engine, and are taken from there.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS
from dataops.web.explanations.alerts import ALERTS
from dataops.web.explanations.base import Explanation
from dataops.web.explanations.drift import DRIFT
from dataops.web.explanations.metrics import METRICS
from dataops.web.explanations.models import MODELS
from dataops.web.explanations.quality import QUALITY
from dataops.web.explanations.work import WORK
from dataops.web.words import lazy as _

__all__ = ["Explanation", "Section", "explanation", "first_sentence", "matching", "of_metric", "sections"]

MOST_FOUND = 4


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    explanations: list[Explanation]


@cache
def sections() -> list[Section]:
    """Everything that is explained, in the order of the pages."""
    return [
        Section(_("Data quality"), list(QUALITY)),
        Section(_("Drift"), list(DRIFT)),
        Section(_("Models"), list(MODELS)),
        Section(_("Metrics"), list(METRICS)),
        Section(_("Alerts"), list(ALERTS)),
        Section(_("Work"), list(WORK)),
        Section(_("Drift methods"), [_of(method, "drift") for method in METHODS]),
        Section(_("Checks"), [_of(check, "check") for check in CHECKS]),
    ]


def explanation(key: str) -> Explanation:
    """Raises KeyError for what is not explained."""
    return _by_key()[key]


def of_metric(name: str) -> str:
    """Key of what is told about a metric; empty for one that others brought along."""
    key = f"metric-{name.replace('_', '-')}"
    return key if key in _by_key() else ""


def matching(text: str) -> list[Explanation]:
    """The first few whose name has the text in it."""
    wanted = text.lower()
    return [one for one in _all() if wanted in str(one.label).lower()][:MOST_FOUND]


@cache
def _by_key() -> dict[str, Explanation]:
    return {one.key: one for one in _all()}


def _all() -> Iterator[Explanation]:
    return (one for section in sections() for one in section.explanations)


def _of(strategy: Any, kind: str) -> Explanation:
    """From the docstring of a check or method; what it says about its source stands apart."""
    told, _, source = " ".join(_paragraphs(strategy)).replace("``", "").partition(" Source: ")
    meaning = first_sentence(strategy)
    details = told.removeprefix(meaning).strip()
    return Explanation(f"{kind}-{strategy.key}", strategy.label, meaning, source=source, details=details)


def first_sentence(strategy: Any) -> str:
    """What a check or method is, in one sentence."""
    return next(iter(_paragraphs(strategy))).replace("`", "")


def _paragraphs(strategy: Any) -> Iterable[str]:
    text = inspect.getdoc(type(strategy)) or ""
    return (" ".join(part.split()) for part in text.split("\n\n") if not part.startswith(">>>"))
