"""What an operator should know about the installation."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core import checks
from django.core.checks.registry import registry

TONES = ((checks.ERROR, "error"), (checks.WARNING, "warning"), (0, "info"))


@dataclass(frozen=True, slots=True)
class Advice:
    """A message of a system check with its stable ``id``; ``state`` is error, warning or info."""

    id: str
    state: str
    message: str
    hint: str


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
