"""The rows of other sources, for the checks that hold data against them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from dataops.engine.apart.jobs import StoredFile, StoredReference
from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import Profile
from dataops.web.apart import FindReference
from dataops.web.runs import RunState
from quality.models import DataSource, Snapshot
from quality.origins import PART, FetchError
from quality.services.connecting import origin_of, relation_of, settings_of
from quality.services.increments import whole_profile_of, whole_run_of
from quality.services.missing import missing_policy_of
from quality.services.stored import profile_of, stored_file


@contextmanager
def found_references() -> Iterator[FindReference]:
    """Finds the data of a source by its name, for checks of others: all of it, also where it grows.

    LookupError says why there is none. What had to be copied is gone afterwards.
    """
    with ExitStack() as copies:
        yield partial(_find, copies)


def _find(copies: ExitStack, name: str) -> StoredReference:
    source = DataSource.objects.active().filter(name=name).first()
    if source is None:
        raise LookupError(f"there is no source called {name!r}")
    try:
        is_in_place = relation_of(source) is not None
    except FetchError as error:
        raise LookupError(f"{name!r} cannot be read: {error}") from error
    if is_in_place:
        return _copied(copies, source)
    if source.config.get("pick") == PART and (whole := whole_profile_of(whole_run_of(source))):
        return _of_parts(source, whole)
    newest = source.snapshots.filter(file_removed_at=None).first()
    if newest is None:
        raise LookupError(f"{name!r} has no data at hand: upload it, or check that source first")
    run = newest.runs.filter(state=RunState.SUCCEEDED, stored_profile__isnull=False).newest_first().first()
    found = profile_of(run) if run else None
    return StoredReference((stored_file(newest),), profile=found, missing=missing_policy_of(source))


def _copied(copies: ExitStack, source: DataSource) -> StoredReference:
    """The rows of a source that is checked in its database, within the limits of a fetch."""
    newest = source.runs.checked().exclude(rows=0).newest_first().first()
    found = whole_profile_of(whole_run_of(source)) or (profile_of(newest) if newest else None)
    if found is None:
        raise LookupError(f"{source.name!r} has no profile yet: check that source first")
    folder = copies.enter_context(TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="borrowed-"))
    try:
        fetched = origin_of(source).fetch(
            settings_of(source), cursor={}, into=Path(folder), progress=lambda done, stage: None
        )
    except FetchError as error:
        raise InvalidPlan(f"the rows of {source.name!r} cannot be copied: {error}") from error
    if fetched.path is None:
        raise InvalidPlan(f"the rows of {source.name!r} did not come")
    return StoredReference((StoredFile(fetched.path),), found.names, found, missing_policy_of(source))


def _of_parts(source: DataSource, whole: Profile) -> StoredReference:
    """The files that are parts of one whole: the newest reading of each."""
    newest: dict[str, Snapshot] = {}
    for snapshot in source.snapshots.filter(runs__stored_profile__whole__isnull=False).distinct():
        newest.setdefault(snapshot.file_name, snapshot)
    gone = [snapshot.file_name for snapshot in newest.values() if snapshot.file_removed_at]
    if gone:
        raise LookupError(
            f"{source.name!r} is not at hand as a whole: {len(gone)} of its {len(newest)} files were removed"
            f" after their time, such as {gone[-1]!r}"
        )
    files = tuple(map(stored_file, newest.values()))
    return StoredReference(files, whole.names, whole, missing_policy_of(source))
