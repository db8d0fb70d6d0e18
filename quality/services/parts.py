"""Files that are parts of one whole, such as days: each is checked alone, and all are profiled together."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from dataops.engine.profile import Profile, codec
from dataops.engine.protocols import Part
from quality.models import CheckRun, DataSource, Snapshot, StoredProfile
from quality.origins import PART
from quality.services.increments import Kept, whole_profile_of, whole_run_of

MOST_PARTS = 2_000
"""So many stored profiles are merged anew at most, when a file was replaced or read in another way."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of many; which of them are in the whole is told by the runs that are stored."""

    file_name: str

    def part(self, baseline: CheckRun | None) -> Part:
        return Part(comparable=baseline is not None)

    def notes(self) -> tuple[str, ...]:
        return ()

    def keep(self, source: DataSource, run: CheckRun, found: Profile) -> Kept:
        """Merge the file into the whole; one that is in it already takes the place of what it was."""
        last = whole_run_of(source)
        before = last.snapshot.file_name if last and last.snapshot else None
        so_far = whole_profile_of(last)
        if so_far is not None and not _others(source, self.file_name, same=True).exists():
            whole = _joined(so_far, found) or found
        else:
            whole = _anew(source, self.file_name, found)
        told = {"column": "", "after": before, "upto": self.file_name, "late": None, "without": None}
        return told | {"rows_so_far": whole.rows}, codec.encode(whole)


def part_of(source: DataSource, snapshot: Snapshot) -> FilePart | None:
    """None for a source whose files are each a whole."""
    return FilePart(snapshot.file_name) if source.config.get("pick") == PART else None


def _others(source: DataSource, file_name: str, *, same: bool) -> QuerySet[StoredProfile]:
    stored = StoredProfile.objects.filter(run__source=source, whole__isnull=False)
    named = stored.filter if same else stored.exclude
    return named(run__snapshot__file_name=file_name)


def _anew(source: DataSource, file_name: str, found: Profile) -> Profile:
    """The file and the newest reading of each other one, back to where the columns were others."""
    whole = found
    for profile in _newest_of_each(source, file_name):
        joined = _joined(whole, profile)
        if joined is None:
            break
        whole = joined
    return whole


def _newest_of_each(source: DataSource, file_name: str) -> Iterator[Profile]:
    rows = _others(source, file_name, same=False).order_by("-run_id")
    newest: dict[str, int] = {}
    for pk, name in rows.values_list("pk", "run__snapshot__file_name"):
        newest.setdefault(name, pk)
    for pk in list(newest.values())[:MOST_PARTS]:
        yield codec.decode(bytes(StoredProfile.objects.values_list("data", flat=True).get(pk=pk)))


def _joined(one: Profile, other: Profile) -> Profile | None:
    """None where the columns differ."""
    try:
        return one.merge(other)
    except ValueError:
        return None
