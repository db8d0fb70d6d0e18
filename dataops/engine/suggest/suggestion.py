"""A rule that the data itself proposes, with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from dataops.engine.checks import CheckSpec, Limits


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``holds`` of ``looked_at`` rows keep the rule; ``evidence`` says so for people.

    ``slot`` tells ideas about one place apart whatever their parameters are: what half of the rows
    proposed is found again among the proposals of all rows by it. ``confidence`` in 0..1 is the share
    of rows that may be trusted to keep the rule (lower Wilson bound).
    """

    spec: CheckSpec
    slot: str
    evidence: str
    looked_at: int
    holds: int

    @property
    def confidence(self) -> float:
        return 1 - wilson_upper(self.looked_at - self.holds, self.looked_at)

    @property
    def place(self) -> tuple[str, str, str]:
        return self.spec.check, self.spec.column, self.slot


def wilson_upper(failed: int, looked_at: int, z: float = 2.58) -> float:
    """Upper bound of a share after ``failed`` of ``looked_at``; z = 2.58 is two-sided 99 % (Wilson 1927).

    >>> round(wilson_upper(0, 100), 3), wilson_upper(0, 0)
    (0.062, 1.0)
    """
    if not looked_at:
        return 1.0
    p, spread = failed / looked_at, z * z / looked_at
    middle = p + spread / 2
    return min(1.0, (middle + sqrt(spread * (p * (1 - p) + spread / 4))) / (1 + spread))


def leeway(broken: int, looked_at: int) -> Limits:
    """Limits for a rule that ``broken`` of ``looked_at`` rows break: the upper bound of their share warns;
    twice as many fail, or half of the others."""
    upper = wilson_upper(broken, looked_at)
    return Limits(warn=upper, fail=min(2 * upper, (1 + upper) / 2))


def of(part: int, whole: int) -> str:
    """
    >>> of(2410, 2410)
    '2,410 of 2,410'
    """
    return f"{part:,} of {whole:,}"
