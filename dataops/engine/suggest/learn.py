"""From a first look at data to the rules it proposes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from dataops.engine.checks import CHECKS
from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy, profile
from dataops.engine.protocols import Dataset, Progress
from dataops.engine.readers import ArrowDataset
from dataops.engine.suggest import (
    categories,
    dependencies,
    formats,
    keys,
    lengths,
    mappings,
    missing,
    numerals,
    orderings,
    ranges,
    shapes,
    structure,
    sums,
    times,
    volume,
)
from dataops.engine.suggest.held_out import Place, held_out, true_of_all
from dataops.engine.suggest.rivals import strongest
from dataops.engine.suggest.suggestion import Suggestion
from dataops.engine.suggest.view import FEWEST, View, read_evenly, split

Idea = Callable[[View], Iterator[Suggestion]]

# In the order they are shown; what holds for half of the rows has to hold for the other half.
GENERAL: tuple[Idea, ...] = (
    keys.propose,
    categories.propose,
    formats.propose,
    shapes.propose,
    numerals.propose,
    ranges.propose,
    lengths.propose,
    dependencies.propose,
    mappings.propose,
    orderings.propose,
    sums.propose,
)
# What speaks of all rows at once, and says itself how sure it is.
OF_THE_WHOLE: tuple[Idea, ...] = (missing.propose, structure.propose, times.propose, volume.propose)


def suggest(
    dataset: Dataset,
    found: Profile,
    *,
    policy: MissingPolicy = DEFAULT_POLICY,
    at: datetime | None = None,
    scratch: Path | None = None,
    progress: Progress = lambda fraction, stage: None,
) -> tuple[Suggestion, ...]:
    """Rules for the data whose profile is ``found``, in a fixed order; the same data gives the same ones.

    Reads the dataset once more and keeps at most 100,000 rows of it, spread evenly; of a longer one,
    what was learned is then tried on all rows. Raises what reading raises, and Cancelled when
    ``progress`` does.
    """
    table = read_evenly(dataset, found, policy, lambda fraction, stage: progress(0.3 * fraction, stage))
    learned = learn(found, table, at=at, scratch=scratch, progress=_part(progress, 0.3, 0.6))
    if table.num_rows == found.rows:
        return learned
    return true_of_all(learned, dataset, found, policy, scratch=scratch, progress=_part(progress, 0.6, 1.0))


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Tells of a part of the work as a part of the whole."""
    return lambda fraction, stage: progress(start + (end - start) * fraction, stage)


def learn(
    found: Profile,
    table: pa.Table,
    *,
    at: datetime | None = None,
    scratch: Path | None = None,
    progress: Progress = lambda fraction, stage: None,
) -> tuple[Suggestion, ...]:
    """Rules from the profile and the typed rows (or an even share of them) of one dataset."""
    if found.rows < FEWEST:
        return ()
    half, other = split(table)
    progress(0.0, "learning from half of the rows")
    first = View(profile(ArrowDataset(half)), half)
    tentative: dict[Place, list[Suggestion]] = defaultdict(list)
    for s in (s for idea in GENERAL for s in idea(first) if s.spec.check in CHECKS):
        tentative[s.place].append(s)
    progress(0.2, "learning from all rows")
    view = View(found, table, at)
    proposed = [s for idea in OF_THE_WHOLE for s in idea(view) if s.spec.check in CHECKS]
    general = [s for idea in GENERAL for s in idea(view) if s.place in tentative]
    with held_out(other, len(general), scratch=scratch, progress=_part(progress, 0.4, 1.0)) as holds:
        proposed += strongest(general, lambda some: holds([t for s in some for t in tentative[s.place]]))
    share = "" if view.rows == found.rows else f" (of {view.rows:,} rows looked at)"
    return tuple(replace(s, evidence=s.evidence + share) for s in proposed)
