"""Whether a rule learned on some rows holds on others, by the check that will watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from dataops.engine.checks import CHECKS, grade
from dataops.engine.profile import Profile
from dataops.engine.profilers import MissingPolicy, profile
from dataops.engine.protocols import Dataset, Measurement, Progress
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import LocalRows, Sandbox
from dataops.engine.suggest.backtest import Trial
from dataops.engine.suggest.suggestion import Suggestion
from dataops.engine.suggest.together import measure_all
from dataops.engine.types import Outcome

TOLERATED = 0.001
"""Share of held-out rows that may break a rule; one row always may."""

Place = tuple[str, str, str]


@contextmanager
def held_out(
    table: pa.Table,
    most: int,
    *,
    scratch: Path | None = None,
    progress: Progress = lambda fraction, stage: None,
) -> Iterator[Callable[[Sequence[Suggestion]], set[Place]]]:
    """A trial of suggestions on the rows of ``table``: gives the places of those that hold.

    Unknown and broken checks do not. ``most`` is how many there may be to try in all.
    """
    dataset = ArrowDataset(table)
    found = profile(dataset)
    tried = 0
    with Sandbox.opened(folder=scratch) as sandbox:
        rows = LocalRows(sandbox, dataset, found)

        def holds(suggestions: Sequence[Suggestion]) -> set[Place]:
            nonlocal tried
            kept = set()
            for suggestion, measured in measure_all(suggestions, found, rows):
                if measured is not None and measured.failed <= max(1, TOLERATED * measured.evaluated):
                    kept.add(suggestion.place)
                tried += 1
                progress(min(1.0, tried / most), "trying rules on other rows")
            return kept

        yield holds


def true_of_all(
    suggestions: Sequence[Suggestion],
    dataset: Dataset,
    found: Profile,
    policy: MissingPolicy,
    *,
    scratch: Path | None = None,
    progress: Progress = lambda fraction, stage: None,
) -> tuple[Suggestion, ...]:
    """The suggestions that pass on every row of ``dataset``, whose profile is ``found``.

    For rules learned from a share of the rows: what was never broken there may be broken elsewhere, and
    a rule that fails on the data it came from must not be proposed. Reads the data once more.
    """
    trials = try_on_rows(suggestions, dataset, found, policy, scratch=scratch, progress=progress)
    kept = (Outcome.PASS, Outcome.NO_DATA)
    return tuple(s for s, trial in zip(suggestions, trials, strict=True) if trial.outcome in kept)


def try_on_rows(
    suggestions: Sequence[Suggestion],
    dataset: Dataset,
    found: Profile,
    policy: MissingPolicy,
    *,
    scratch: Path | None = None,
    progress: Progress = lambda fraction, stage: None,
) -> tuple[Trial, ...]:
    """What each would say of every row of ``dataset``, whose profile is ``found``; reads the data once."""
    trials = []
    with Sandbox.opened(folder=scratch) as sandbox:
        rows = LocalRows(sandbox, dataset, found, policy)
        for index, (suggestion, measured) in enumerate(measure_all(suggestions, found, rows)):
            progress(index / len(suggestions), "trying rules on all rows")
            trials.append(_trial(suggestion, measured))
    return tuple(trials)


def _trial(suggestion: Suggestion, measured: Measurement | None) -> Trial:
    if measured is None:
        return Trial(Outcome.ERROR, "the check cannot be made on these data")
    limits = suggestion.spec.limits or CHECKS[suggestion.spec.check].default_limits
    return Trial(grade(measured, limits), measured.message)
