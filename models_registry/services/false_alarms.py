"""How many false alarms the policy of a model allows for, and how many there were by what people said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from alerts.selectors import called_not_useful
from dataops.engine.drift import DriftPolicy
from dataops.engine.suggest import wilson_upper
from dataops.web.runs import RunState
from models_registry.enums import DriftOutcome
from models_registry.models import DriftBacktest, DriftRun, Model
from models_registry.selectors import backtests_of
from models_registry.services.drift_alerts import KINDS
from models_registry.services.policies import stored_policy

NEWEST = 365
Z_95 = 1.96
"""The normal quantile of two-sided 95 %."""
AT_ONCE = timedelta(minutes=1)
"""An alert opens a moment after its window was judged."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Of the newest 365 judged ``windows``; ``false`` of the ``alarms`` were none to somebody.

    ``expected_fraction`` is the mean of what the policy allows for in each window, None where it is a limit
    of the user's own, of which nobody knows how often it errs. ``backtest`` is the newest trial of this
    policy.
    """

    windows: int
    alarms: int
    false: int
    expected_fraction: float | None
    backtest: DriftBacktest | None

    @property
    def observed_fraction(self) -> float | None:
        return self.false / self.windows if self.windows else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true rate lies, right 19 times of 20 (Wilson 1927); None before the first window."""
        if not self.windows:
            return None
        low = 1 - wilson_upper(self.windows - self.false, self.windows, z=Z_95)
        return low, wilson_upper(self.false, self.windows, z=Z_95)


def false_alarms_of(model: Model, policy: DriftPolicy) -> FalseAlarms:
    """Of the windows of the champion, which ``policy`` judges; three queries.

    A window was a false alarm when somebody said that it was expected, or resolved an alert that was open
    when it was judged as expected or as a false positive.
    """
    judged = DriftRun.objects.finished().filter(
        version=model.champion_id, outcome=DriftOutcome.OK, for_the_record=False
    )
    rows = list(judged.order_by("-pk").values_list("drifted", "expected", "finished_at", "windows")[:NEWEST])
    useless = called_not_useful("model", str(model.pk), KINDS)
    alarms = [(expected, at) for drifted, expected, at, _ in rows if drifted and at]
    tried = backtests_of(model).filter(state=RunState.SUCCEEDED, policy=stored_policy(policy))
    return FalseAlarms(
        windows=len(rows),
        alarms=len(alarms),
        false=sum(expected or _within(at, useless) for expected, at in alarms),
        expected_fraction=_expected(policy, [windows for *_, windows in rows]),
        backtest=tried.filter(version=model.champion_id).order_by("-pk").first(),
    )


def _expected(policy: DriftPolicy, windows: Sequence[int]) -> float | None:
    if policy.threshold is not None:
        return None
    return fmean(policy.tolerated(count) for count in windows) if windows else policy.q


def _within(moment: datetime, periods: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(begins - AT_ONCE <= moment <= ends for begins, ends in periods)
