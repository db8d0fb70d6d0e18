"""Files that outlived their days: they go, what was learnt from them stays."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from dataops.web import storage
from quality.models import CheckRun, DataSource, HeldUpload, Snapshot

log = structlog.get_logger(__name__)


def remove_old_files() -> int:
    """Remove the files of snapshots past the retention of their source; returns how many.

    Results and profiles stay. A file that a run still waits for is left for the next time.
    """
    return sum(_remove_of(source) for source in DataSource.objects.exclude(file_retention_days=None))


@transaction.atomic
def _remove_of(source: DataSource) -> int:
    now = timezone.now()
    in_use = CheckRun.objects.live().filter(source=source).exclude(snapshot=None).values("snapshot")
    old = source.snapshots.filter(
        file_removed_at=None, received_at__lt=now - timedelta(days=source.file_retention_days or 0)
    ).exclude(pk__in=in_use)
    names = set(old.values_list("storage_name", flat=True))
    removed = old.update(file_removed_at=now)
    forget_contents(names)
    if removed:
        log.info("old files removed", source=source.pk, count=removed)
    return removed


def forget_contents(names: set[str]) -> None:
    """Remove stored contents that no snapshot and no held upload needs any more, once this is committed."""
    needed = Snapshot.objects.filter(storage_name__in=names, file_removed_at=None)
    held = HeldUpload.objects.filter(storage_name__in=names)
    gone = names.difference(*(rows.values_list("storage_name", flat=True) for rows in (needed, held)))
    transaction.on_commit(lambda: storage.remove(gone))
