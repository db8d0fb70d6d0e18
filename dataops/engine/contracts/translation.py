"""What becomes of a contract: rules, and for each of its statements what was carried over and why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any

from dataops.engine.checks import CHECKS, CheckSpec, make_params
from dataops.engine.contracts.sameness import canonical, effective_limits, place_of
from dataops.engine.errors import InvalidPlan


class Carried(StrEnum):
    """``PARTLY`` became a rule that says less; ``KEPT`` stays in the stored contract and is not run."""

    YES = "carried"
    PARTLY = "partly"
    KEPT = "kept"
    NO = "not_carried"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a contract: where it stands, what it says, what became of it, and why."""

    place: str
    said: str
    carried: Carried
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check as the contract wants it; ``note`` is its explanation for people."""

    spec: CheckSpec
    note: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A contract in our words.

    ``format`` is "odcs", "great_expectations" or "dbt"; ``columns`` are the columns it names, in
    its order.
    """

    format: str
    name: str
    version: str
    table: str
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]
    columns: tuple[str, ...] = ()

    def count(self, carried: Carried) -> int:
        return sum(line.carried is carried for line in self.lines)


@dataclass(slots=True)
class Collector:
    """Gathers rules and report lines while a contract is read."""

    rules: list[Rule] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def rule(
        self, place: str, said: str, spec: CheckSpec, *, note: str = "", partly: Sequence[str] = ()
    ) -> bool:
        """Take a rule, unless its check or parameters are not known here; whether it was taken."""
        if spec.check not in CHECKS:
            self.lost(place, said, f"there is no check {spec.check!r} here")
            return False
        try:
            make_params(CHECKS[spec.check].params, spec.params, check=spec.check)
        except InvalidPlan as error:
            self.lost(place, said, str(error))
            return False
        reasons = [part for part in partly if part]
        same = [i for i, other in enumerate(self.rules) if place_of(other.spec) == place_of(spec)]
        if not same:
            self.rules.append(Rule(spec, note))
        elif canonical(self.rules[same[0]].spec) != canonical(spec):
            reasons.append("the same check is there with another limit; the stricter one is taken")
            if _strictness(spec) < _strictness(self.rules[same[0]].spec):
                self.rules[same[0]] = Rule(spec, note)
        self.lines.append(Line(place, said, Carried.PARTLY if reasons else Carried.YES, "; ".join(reasons)))
        return True

    def attempt(self, place: str, read: Callable[..., None], *what: Any) -> None:
        """Read one statement; one that is not built as it should be costs only itself."""
        try:
            read(self, place, *what)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            self.lost(place, "statement", f"it is not built as it should be: {error}")

    def kept(self, place: str, said: str, reason: str) -> None:
        self.lines.append(Line(place, said, Carried.KEPT, reason))

    def lost(self, place: str, said: str, reason: str) -> None:
        self.lines.append(Line(place, said, Carried.NO, reason))


def _strictness(spec: CheckSpec) -> tuple[float, float]:
    """Small for strict rules: the least value that fails, then the least that warns."""
    limits = effective_limits(spec)
    sign = 1 if limits.direction == "above" else -1
    fail, warn = (inf if limit is None else sign * limit for limit in (limits.fail, limits.warn))
    return fail, warn
