"""What an operator should know about the installation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core import checks
from django.core.checks.registry import registry

from dataops.web.runs import Run
from dataops.web.words import lazy as _

JOBS = {
    "quality.checkrun": _("Quality check"),
    "quality.suggestionrun": _("Search for rules"),
    "quality.backtestrun": _("Trial of a rule"),
    "models_registry.driftrun": _("Drift check"),
    "models_registry.deployrun": _("Deployment"),
    "models_registry.driftbacktest": _("Trial of a drift policy"),
    "models_registry.ingestrun": _("File of predictions"),
    "models_registry.scoringrun": _("Scoring of a file"),
    "web.samplerun": _("Sample data"),
}
"""What people call the kinds of jobs; those of others go by their own name."""
TONES = ((checks.ERROR, "error"), (checks.WARNING, "warning"), (0, "info"))


@dataclass(frozen=True, slots=True)
class Advice:
    """A message of a system check with its stable ``id``; ``state`` is error, warning or info."""

    id: str
    state: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Job:
    """A run as people call its kind; ``url`` is the page of it."""

    what: str
    url: str
    run: Run


def jobs(live: Sequence[Run]) -> list[Job]:
    return [Job(_what(run), run.get_absolute_url(), run) for run in live]  # type: ignore[attr-defined]


def _what(run: Run) -> str:
    return str(JOBS.get(run._meta.label_lower) or run._meta.verbose_name)


def environment() -> list[Advice]:
    """What Django and the product themselves have to say about the settings, the worst first."""
    ranked = sorted(_messages(), key=lambda message: (-message.level, message.id or ""))
    return [Advice(m.id or "", _state(m.level), str(m.msg), str(m.hint or "")) for m in ranked]


def _messages() -> Iterator[checks.CheckMessage]:
    for check in registry.get_checks(include_deployment_checks=True):
        # Those of the API schema take a second, and are about code, which no operator can mend.
        if not check.__module__.startswith("drf_spectacular."):
            yield from check(app_configs=None, databases=None)


def _state(level: int) -> str:
    return next(name for least, name in TONES if level >= least)
