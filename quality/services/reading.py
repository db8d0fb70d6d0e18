"""How a file is read: shown before it counts, corrected by a person, remembered for the next one."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dataops.engine.apart import jobs
from dataops.engine.apart.jobs import StoredFile
from dataops.engine.errors import BrokenData, EmptyData
from dataops.engine.intake import Dialect
from dataops.engine.readers import Preview
from dataops.web import apart, audit, storage
from dataops.web.runs import WorthAnotherTry
from quality.models import CheckRun, Snapshot
from quality.services.runs import request_run
from quality.services.sources import update_source

# What differs from file to file of one source is not remembered.
OF_ONE_FILE = ("skip_records", "footer_records", "confidence")
# Somebody waits.
LOOKS, LOOK_SECONDS = 2, 30


def preview_upload(*, file: UploadedFile, dialect: Mapping[str, Any] | None = None) -> Preview:
    """The first rows of a file that is not kept. Raises InspectionError when it is no table."""
    if not file.size:
        raise EmptyData("the file is empty (0 bytes); check how it was written")
    with storage.on_disk(file) as path:
        return look_at(path, dialect)


def preview_snapshot(snapshot: Snapshot, *, dialect: Mapping[str, Any] | None = None) -> Preview:
    """The first rows of a stored content under ``dialect``, or as it is read now.

    Raises InspectionError when it cannot be read that way.
    """
    given = known_writing(snapshot) if dialect is None else dialect
    return look_at(storage.path_of(snapshot.storage_name), given)


def look_at(path: Path, dialect: Mapping[str, Any] | None) -> Preview:
    """The first rows of a file.

    Raises InspectionError when it is no table or its reader does not live, FileNotFoundError when it is gone.
    """
    path.stat()
    for _ in range(LOOKS):
        with suppress(WorthAnotherTry):
            return apart.carry_out(
                jobs.preview, file=StoredFile(path, dialect), seconds=LOOK_SECONDS, host=apart.at_hand()
            )
    raise BrokenData("the process that was to read the file died each time; hand in another one")


def known_writing(snapshot: Snapshot) -> dict[str, Any]:
    """What was said of how a snapshot is written: by its source, and above that by its sender."""
    return {**(snapshot.source.dialect or {}), **(snapshot.asked_dialect or {})}


@transaction.atomic
def read_again(
    snapshot: Snapshot, *, dialect: Mapping[str, Any], by: Any, remember: bool = False
) -> CheckRun:
    """A new run over the same content, read as ``dialect`` says; what it leaves out is detected.

    Earlier runs over it read it wrongly: they are no baselines any more.
    With ``remember`` later files of the source are read so too. Raises InvalidPlan for a dialect
    no parser could follow.
    """
    Dialect.from_dict(dialect)
    Snapshot.objects.filter(pk=snapshot.pk).update(asked_dialect=dict(dialect))
    snapshot.runs.filter(accepted=True).update(accepted=False)
    if remember:
        update_source(snapshot.source, by=by, dialect=lasting(dialect))
    audit.record("snapshot.read_again", by=by, target=snapshot.source, changes={"dialect": dict(dialect)})
    return request_run(snapshot.source, snapshot=snapshot, by=by)


def lasting(dialect: Mapping[str, Any]) -> dict[str, Any] | None:
    """What of a dialect a source remembers for later files; None for nothing."""
    return {name: value for name, value in dialect.items() if name not in OF_ONE_FILE} or None
