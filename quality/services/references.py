"""The rows of other sources, for the checks that hold data against them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import Profile
from dataops.engine.protocols import Dataset
from dataops.engine.readers import open_dataset
from dataops.engine.rows import Joined, Reference
from dataops.web.runs import RunState
from quality.models import DataSource, Snapshot
from quality.origins import PART, FetchError
from quality.services.connecting import origin_of, relation_of, settings_of
from quality.services.increments import whole_profile_of, whole_run_of
from quality.services.missing import missing_policy_of
from quality.services.stored import open_snapshot, profile_of


def open_reference(name: str) -> Reference:
    """The data of the source called ``name``, for checks of others: all of it, also where it grows.

    LookupError says why there is none.
    """
    source = DataSource.objects.active().filter(name=name).first()
    if source is None:
        raise LookupError(f"there is no source called {name!r}")
    try:
        is_in_place = relation_of(source) is not None
    except FetchError as error:
        raise LookupError(f"{name!r} cannot be read: {error}") from error
    if is_in_place:
        return _in_place(source)
    if source.config.get("pick") == PART and (whole := whole_profile_of(whole_run_of(source))):
        return _of_parts(source, whole)
    newest = source.snapshots.filter(file_removed_at=None).first()
    if newest is None:
        raise LookupError(f"{name!r} has no data at hand: upload it, or check that source first")
    run = newest.runs.filter(state=RunState.SUCCEEDED, stored_profile__isnull=False).newest_first().first()
    return Reference(open_snapshot(newest), profile_of(run) if run else None, missing_policy_of(source))


def _in_place(source: DataSource) -> Reference:
    """The rows of a source that is checked in its database: copied when they are asked for."""
    newest = source.runs.checked().exclude(rows=0).newest_first().first()
    found = whole_profile_of(whole_run_of(source)) or (profile_of(newest) if newest else None)
    if found is None:
        raise LookupError(f"{source.name!r} has no profile yet: check that source first")
    copy = Joined(found.names, [partial(_borrowed, source)])
    return Reference(copy, found, missing_policy_of(source))


@contextmanager
def _borrowed(source: DataSource) -> Iterator[Dataset]:
    """A copy within the limits of a fetch, gone afterwards. Raises InvalidPlan when there is none."""
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="borrowed-") as folder:
        try:
            fetched = origin_of(source).fetch(
                settings_of(source), cursor={}, into=Path(folder), progress=lambda done, stage: None
            )
        except FetchError as error:
            raise InvalidPlan(f"the rows of {source.name!r} cannot be copied: {error}") from error
        if fetched.path is None:
            raise InvalidPlan(f"the rows of {source.name!r} did not come")
        yield open_dataset(fetched.path)


def _of_parts(source: DataSource, whole: Profile) -> Reference:
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
    parts = [partial(_opened, snapshot) for snapshot in newest.values()]
    return Reference(Joined(whole.names, parts), whole, missing_policy_of(source))


@contextmanager
def _opened(snapshot: Snapshot) -> Iterator[Dataset]:
    yield open_snapshot(snapshot)
