"""Bringing the data of a source here: the first half of a run, carried out by its worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from dataops.engine.errors import InspectionError
from dataops.engine.readers import Detected, sniff
from dataops.web import storage
from dataops.web.runs import Lease, RunState, Trigger
from quality.models import CheckRun, DataSource, Snapshot
from quality.origins import Fetched, FetchError
from quality.services.connecting import origin_of, settings_of
from quality.services.reporting import report_unchanged_run
from quality.services.standing import stand_on

log = structlog.get_logger(__name__)

FETCHING = 0.3
"""Share of the progress of a run that fetches first."""
FIRST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whether the run goes on to check, and whether another content waits where this one came from."""

    goes_on: bool
    more: bool = False


def fetch_for(lease: Lease[CheckRun], run: CheckRun) -> Arrival:
    """Fetch what the run is to look at; it does not go on when it is settled or given back already.

    A content that a finished run has checked is not checked again by the schedule; whoever asks
    for a run gets one. Raises FetchError when the data does not come and no further try is left.
    """
    source = run.source
    try:
        with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="fetch-") as folder:
            fetched = _fetch(lease, source, Path(folder))
            snapshot = _keep(run, fetched)
    except FetchError as error:
        if not will_try_again(lease, source, error):
            raise
        return Arrival(goes_on=False)
    run.snapshot = snapshot
    known = checked_run_of(snapshot)
    if known is not None and run.trigger == Trigger.SCHEDULE:
        _settle_unchanged(lease, run, known)
        return Arrival(goes_on=False, more=fetched.more)
    return Arrival(goes_on=True, more=fetched.more)


def will_try_again(lease: Lease[CheckRun], source: DataSource, error: FetchError) -> bool:
    """Give the run back for another try after a while; False when that cannot help, or often enough."""
    if not error.transient or lease.run.tries > source.fetch_retries:
        return False
    wait = FIRST_WAIT * 4 ** (lease.run.tries - 1)
    log.warning("fetch will be tried again", run=lease.run.pk, attempt=lease.run.attempt, fault=str(error))
    lease.retry(after=wait, error=f"{error} (tried again in {wait.total_seconds():.0f} s)")
    return True


def _fetch(lease: Lease[CheckRun], source: DataSource, folder: Path) -> Fetched:
    lease.progress(0, "fetching")
    origin, config = origin_of(source), settings_of(source)

    def fetch(cursor: Mapping[str, Any]) -> Fetched:
        return origin.fetch(
            config,
            cursor=cursor,
            into=folder,
            progress=lambda fraction, stage: lease.progress(FETCHING * fraction, stage),
        )

    fetched = fetch(source.cursor)
    if fetched.path is None and not fetched.may_skip and not _has_file(source):
        # "Unchanged" is no help where our copy is gone: ask as if for the first time.
        return fetch({})
    return fetched


def _has_file(source: DataSource) -> bool:
    newest = source.snapshots.first()
    return newest is not None and newest.file_removed_at is None


def _keep(run: CheckRun, fetched: Fetched) -> Snapshot:
    """The snapshot of what was fetched, noted in the run. Raises InspectionError for what is no table."""
    source = run.source
    if fetched.path is None:
        snapshot = source.snapshots.first()
        if snapshot is None or not _has_file(source):
            raise FetchError("there is no new file, and none of before is kept")
        _note(run, snapshot, fetched.cursor)
        return snapshot
    detected = _recognise(source, fetched.path, skipping_to=fetched.cursor if fetched.may_skip else None)
    with fetched.path.open("rb") as file:
        stored = storage.store(File(file, name=fetched.file_name))
    with transaction.atomic():
        snapshot, is_new = Snapshot.objects.get_or_create(
            source=source,
            sha256=stored.sha256,
            defaults={
                "bytes": stored.bytes,
                "file_name": storage.clean_file_name(fetched.file_name),
                "storage_name": stored.name,
                "format": detected.format,
                "encoding": detected.encoding,
            },
        )
        if not is_new:
            _seen_again(source, snapshot)
        _note(run, snapshot, fetched.cursor)
    return snapshot


def _recognise(source: DataSource, path: Path, *, skipping_to: Mapping[str, Any] | None) -> Detected:
    try:
        return sniff(path, dialect=source.dialect)
    except InspectionError:
        if skipping_to is not None:
            # One bad file of many is reported once, and does not stand in the way of the next.
            DataSource.objects.filter(pk=source.pk).update(cursor=dict(skipping_to))
        raise


def _seen_again(source: DataSource, snapshot: Snapshot) -> None:
    """Its file is there again; a content that comes back after another one is what the source holds now."""
    changes: dict[str, Any] = {"file_removed_at": None}
    if source.snapshots.first() != snapshot:
        changes["received_at"] = timezone.now()
    Snapshot.objects.filter(pk=snapshot.pk).update(**changes)


def _note(run: CheckRun, snapshot: Snapshot, cursor: Mapping[str, Any]) -> None:
    CheckRun.objects.filter(pk=run.pk).update(snapshot=snapshot)
    DataSource.objects.filter(pk=run.source_id).update(cursor=dict(cursor))


def checked_run_of(snapshot: Snapshot) -> CheckRun | None:
    """The newest finished run that checked this content, when the source has seen no other since."""
    if snapshot.source.snapshots.first() != snapshot:
        return None
    return snapshot.runs.checked().newest_first().first()


def _settle_unchanged(lease: Lease[CheckRun], run: CheckRun, known: CheckRun) -> None:
    with transaction.atomic():
        lease.settle(
            RunState.SUCCEEDED,
            unchanged_from=known,
            notes=[f"The content is the one that run {known.pk} checked: nothing was checked again."],
        )
        stand_on(known)
        report_unchanged_run(run)
