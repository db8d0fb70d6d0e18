"""What is kept of a run: its profile, and the content it looked at."""

from dataops.engine.apart.jobs import StoredFile
from dataops.engine.profile import PackedProfile, Profile, codec
from dataops.web import apart, storage
from quality.models import CheckRun, Snapshot, StoredProfile


def profile_of(run: CheckRun) -> Profile | None:
    packed = columns_of(run)
    return packed.whole() if packed else None


def columns_of(run: CheckRun | None) -> PackedProfile | None:
    """The profile of a run, column by column: pages show few of what may be thousands."""
    data = StoredProfile.objects.filter(run=run).values_list("data", flat=True).first() if run else None
    return codec.open_packed(bytes(data)) if data else None


def stored_file(snapshot: Snapshot) -> StoredFile:
    """The stored content of a snapshot, to be read as it was read when it was checked."""
    dialect = snapshot.dialect or snapshot.asked_dialect or snapshot.source.dialect
    return StoredFile(storage.path_of(snapshot.storage_name), dialect)


def rows_of(snapshot: Snapshot) -> apart.Rows:
    """The rows of a snapshot, read in a process that can be lost."""
    return apart.Rows(stored_file(snapshot))
