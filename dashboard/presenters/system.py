"""What an operator should know about the installation."""

from dataclasses import dataclass

from django.core import checks

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
    found = checks.run_checks(include_deployment_checks=True)
    ranked = sorted(found, key=lambda message: (-message.level, message.id or ""))
    return [Advice(m.id or "", _state(m.level), str(m.msg), str(m.hint or "")) for m in ranked]


def _state(level: int) -> str:
    return next(name for least, name in TONES if level >= least)
