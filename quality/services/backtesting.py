"""Rules tried on the stored runs of a source before they are armed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Length

from dataops.engine.checks import CheckSpec
from dataops.engine.profile import Profile, codec
from dataops.engine.protocols import Past
from dataops.engine.suggest import Backtest, backtest
from quality.models import CheckRun, DataSource, StoredProfile
from quality.services.history import history_of

RUNS = 20
BYTES = 4_000_000
"""Profiles of wide tables are large: together at most this much, compressed, is read for a back-test."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Accepted runs with their profiles and numbers, oldest first."""

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
    length = len(stored)
    return Stored(
        runs=[row.run for row in stored],
        profiles=[codec.decode(bytes(row.data)) for row in stored],
        history=[past for past in history_of(source, length=2 * RUNS) if past.accepted][-length:],
    )
