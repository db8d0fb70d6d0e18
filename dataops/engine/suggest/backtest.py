"""What a rule would have said of earlier runs, from their stored profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dataops.engine.checks import CHECKS, Check, CheckSpec, Context, grade, make_params
from dataops.engine.checks.base import NEEDS_ROWS
from dataops.engine.errors import InspectionError
from dataops.engine.inspection import Result
from dataops.engine.profile import Profile
from dataops.engine.protocols import Past
from dataops.engine.types import Outcome

BADNESS = {Outcome.NO_DATA: 0, Outcome.ERROR: 1, Outcome.PASS: 2, Outcome.WARN: 3, Outcome.FAIL: 4}


@dataclass(frozen=True, slots=True)
class Trial:
    """One earlier run under the rule: worst outcome of all columns it is about, and its message."""

    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """One trial a run, oldest first. Runs that a profile alone cannot judge are ``NO_DATA``."""

    trials: tuple[Trial, ...]

    @property
    def judged(self) -> int:
        return sum(trial.outcome not in (Outcome.NO_DATA, Outcome.ERROR) for trial in self.trials)

    @property
    def fired(self) -> tuple[int, ...]:
        """Indexes of the runs that would have failed."""
        return tuple(i for i, trial in enumerate(self.trials) if trial.outcome is Outcome.FAIL)

    @property
    def needs_rows(self) -> bool:
        """Whether rows would tell what profiles do not."""
        return any(trial.message == NEEDS_ROWS.message for trial in self.trials)

    @property
    def verdict(self) -> str:
        """
        >>> Backtest((Trial(Outcome.FAIL, ""), Trial(Outcome.PASS, ""))).verdict
        'would have fired in 1 of 2 runs'
        """
        if not self.judged:
            why = self.trials[-1].message if self.trials else "there is none that was accepted"
            return f"cannot be tried on earlier runs: {why}"
        # A range that a profile does not show to be kept is unknown, not kept: that has to be said.
        unknown = len(self.trials) - self.judged
        more = f"; {unknown} more could not be judged" if unknown else ""
        return f"would have fired in {len(self.fired)} of {self.judged} runs{more}"


def worst_of(results: Sequence[Result]) -> Trial:
    """What a rule said of one run, from its results in all places it is about."""
    if not results:
        return Trial(Outcome.NO_DATA, "nothing to measure")
    worst = max(results, key=lambda result: BADNESS[result.outcome])
    return Trial(worst.outcome, worst.message)


def backtest(spec: CheckSpec, profiles: Sequence[Profile], history: Sequence[Past] = ()) -> Backtest:
    """Judge each of ``profiles``, oldest first, as if the rule had been there.

    Each is compared with the profile before it, and with the part of ``history`` before it (one entry
    a profile). Raises InvalidPlan for parameters the check does not take, LookupError for no such check.
    """
    check = CHECKS[spec.check]
    params = make_params(check.params, spec.params, check=spec.check)
    return Backtest(
        tuple(
            _trial(spec, check, params, _context(profiles, history, index)) for index in range(len(profiles))
        )
    )


def _context(profiles: Sequence[Profile], history: Sequence[Past], index: int) -> Context:
    at = history[index].at if index < len(history) else None
    before = profiles[index - 1] if index else None
    return Context(profiles[index], baseline=before, history=history[:index], at=at)


def _trial(spec: CheckSpec, check: Check, params: Any, context: Context) -> Trial:
    """The worst that the rule says of one run."""
    limits = spec.limits or check.default_limits
    worst: Trial | None = None
    for place in _places(spec, check, context):
        try:
            measured = check.measure(place, params)
        except InspectionError:
            continue
        trial = Trial(grade(measured, limits), measured.message)
        if worst is None or BADNESS[trial.outcome] > BADNESS[worst.outcome]:
            worst = trial
    nothing = NEEDS_ROWS.message if spec.when else "nothing to measure"
    return worst or Trial(Outcome.NO_DATA, nothing)


def _places(spec: CheckSpec, check: Check, table: Context) -> Iterator[Context]:
    if spec.when:
        return  # A row filter needs rows; what the profile says is of all of them.
    if check.scope == "table":
        yield table
        return
    found = table.profile
    names = [spec.column] if spec.column else [c.name for c in found.columns if check.applies_to(c)]
    for column in filter(None, map(found.column, names)):
        before = table.baseline.column(column.name) if table.baseline else None
        yield replace(table, column=column, baseline_column=before)
