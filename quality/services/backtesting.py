"""Rules tried on the stored runs of a source before they are armed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length

from dataops.engine.checks import CheckSpec
from dataops.engine.profile import Profile, codec
from dataops.engine.protocols import Past
from dataops.engine.suggest import Backtest, Trial, backtest
from quality.models import CheckRun, DataSource, StoredProfile
from quality.services.history import pasts_of
from quality.services.planning import spec_of
from quality.services.rules import draft_check

RUNS = 20
BYTES = 4_000_000
"""Profiles of wide tables are large: together at most this much, compressed, is read for a back-test."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Accepted runs, oldest first, and in the same order their profiles and numbers."""

    runs: Sequence[CheckRun]
    profiles: Sequence[Profile]
    history: Sequence[Past]

    def judge(self, spec: CheckSpec) -> Backtest:
        return backtest(spec, self.profiles, self.history)


def stored_runs(source: DataSource) -> Stored:
    """The newest 20 accepted runs, fewer where profiles are large."""
    newest = CheckRun.objects.accepted().checked().filter(source=source, stored_profile__isnull=False)
    sizes = StoredProfile.objects.filter(run__in=list(newest.order_by("-pk")[:RUNS])).order_by("-run_id")
    chosen: list[int] = []
    read = 0
    for pk, size in sizes.values_list("pk", Length("data")):
        read += size
        if chosen and read > BYTES:
            break
        chosen.append(pk)
    rows = StoredProfile.objects.filter(pk__in=chosen).select_related("run__snapshot").order_by("run_id")
    stored = list(rows)
    runs = [row.run for row in stored]
    return Stored(runs, [codec.decode(bytes(row.data)) for row in stored], pasts_of(runs))


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have said: in one sentence, and of each run, newest first.

    ``needs_rows`` when the rows of earlier runs would tell more than their profiles.
    """

    verdict: str
    needs_rows: bool
    runs: tuple[tuple[CheckRun, Trial], ...]


def try_rule(source: DataSource, *, kind: str, **fields: Any) -> Tried:
    """What a rule with these settings would have said of the stored runs; nothing is kept.

    Raises what adding it would, InvalidPlan or ValidationError.
    """
    spec = spec_of(draft_check(source, kind=kind, **fields))
    earlier = stored_runs(source)
    found = earlier.judge(spec)
    told = tuple(zip(earlier.runs, found.trials, strict=True))[::-1]
    return Tried(found.verdict, found.needs_rows, told)
