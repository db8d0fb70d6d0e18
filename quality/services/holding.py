"""A file is handed in once, looked at, and then started or thrown away."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dataops.engine.intake import Dialect
from dataops.engine.readers import Preview
from dataops.web import audit, storage
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from quality.models import HELD_FOR, DataSource, HeldUpload
from quality.services.intake import (
    Content,
    Receipt,
    name_after,
    refuse_archived,
    source_called,
    store_content,
    take_in,
)
from quality.services.reading import lasting, look_at
from quality.services.retention import forget_contents
from quality.services.row_export import UNMASK
from quality.services.sources import update_source


class NotHeld(Exception):  # noqa: N818 - reads as what is the case
    """A held file was to be started that was started, discarded or ran out."""


def hold_upload(
    *, file: UploadedFile, by: Any, source_name: str = "", dialect: Mapping[str, Any] | None = None
) -> HeldUpload:
    """Keep a file for a day without a source or a run. Raises InspectionError when it is no table."""
    known_as = DataSource.objects.filter(name=source_name).first() if source_name else None
    content = store_content(file, known_as, dialect)
    return HeldUpload.objects.create(
        sha256=content.sha256,
        bytes=content.bytes,
        file_name=content.file_name,
        storage_name=content.storage_name,
        format=content.format,
        encoding=content.encoding,
        source_name=source_name,
        asked_dialect=dict(dialect) if dialect else None,
        received_by=by,
    )


def held_for(person: Any) -> QuerySet[HeldUpload]:
    """Those a person may see: their own, and all for who may see rows unmasked."""
    rows = HeldUpload.objects.all()
    return rows if person.has_perm(UNMASK) else rows.filter(received_by=person)


def held_writing(held: HeldUpload) -> dict[str, Any]:
    """What is known of how a held file is written: by the source it is for, and above that by its sender."""
    source = DataSource.objects.filter(name=intended_name(held)).first()
    return {**((source and source.dialect) or {}), **(held.asked_dialect or {})}


def intended_name(held: HeldUpload) -> str:
    return held.source_name or name_after(held.file_name)


def preview_held(held: HeldUpload, *, dialect: Mapping[str, Any] | None = None) -> Preview:
    """The first rows under ``dialect``, or as they would be read now. Raises InspectionError."""
    given = held_writing(held) if dialect is None else dialect
    return look_at(storage.path_of(held.storage_name), given)


@transaction.atomic
def start_held(
    held: HeldUpload,
    *,
    by: Any,
    source_name: str = "",
    dialect: Mapping[str, Any] | None = None,
    remember: bool = False,
    trigger: str = Trigger.UPLOAD,
) -> Receipt:
    """Give a held file to its source and ask for its run; what ``dialect`` leaves out is detected.

    With ``remember`` later files of the source are read so too. Raises NotHeld for one that is gone,
    InvalidPlan for a dialect no parser could follow, InspectionError for an archived source.
    """
    Dialect.from_dict(dialect or {})
    # Locked: of two starts at once, one finds nothing any more.
    mine = HeldUpload.objects.select_for_update().filter(pk=held.pk).first()
    if mine is None:
        raise NotHeld(
            _("%(name)s is not held any more: it was started, discarded, or a day is over.")
            % {"name": held.file_name}
        )
    name = source_name.strip() or intended_name(mine)
    refuse_archived(DataSource.objects.filter(name=name).first())
    source = source_called(name, by=by)
    if remember and dialect is not None:
        update_source(source, by=by, dialect=lasting(dialect))
    content = Content(mine.file_name, mine.sha256, mine.bytes, mine.storage_name, mine.format, mine.encoding)
    receipt = take_in(content, source, by=by, dialect=dialect, trigger=trigger)
    mine.delete()
    return receipt


@transaction.atomic
def discard_held(held: HeldUpload, *, by: Any) -> None:
    """Throw a held file away."""
    name = held.storage_name
    HeldUpload.objects.filter(pk=held.pk).delete()
    audit.record("upload.discarded", by=by, target=held)
    forget_contents({name})


@transaction.atomic
def discard_old_uploads() -> int:
    """Throw away what nobody started within a day; returns how many."""
    old = HeldUpload.objects.filter(received_at__lt=timezone.now() - HELD_FOR)
    names = set(old.values_list("storage_name", flat=True))
    count, _of_each = old.delete()
    forget_contents(names)
    return count
